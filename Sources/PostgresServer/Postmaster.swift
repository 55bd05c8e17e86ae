#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The server's main process, as its `postmaster.pid` tells of it.
struct Postmaster: Sendable, Equatable {
    let id: pid_t
    /// As the server named it, which may be relative to the cluster's `data`.
    let socketDirectory: String
    let isReady: Bool

    /// Reads the lines that PostgreSQL documents for its lock file: process, data directory, start time, port, socket
    /// directory, address, shared memory, status. The file is written line by line, so the last ones may be missing.
    init?(lockFile text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }
        // A standalone backend writes its id negated.
        guard let first = lines.first, let id = pid_t(first), id != 0 else { return nil }
        self.id = abs(id)
        self.socketDirectory = lines.count > 4 ? lines[4] : ""
        self.isReady = lines.count > 7 && (lines[7] == "ready" || lines[7] == "standby")
    }

    /// The server that runs on this cluster now, or nil. A file left by a killed server, a process that took over
    /// its number, and a dead child that nobody has waited for do not count.
    static func running(_ layout: ClusterLayout) -> Postmaster? {
        guard let text = PosixFile.text(layout.postmasterFile), let postmaster = Postmaster(lockFile: text) else {
            return nil
        }
        return postmaster.isAlive(in: layout) ? postmaster : nil
    }

    func isAlive(in layout: ClusterLayout) -> Bool {
        // If it was our child, this buries it; otherwise it does nothing.
        var status: Int32 = 0
        if waitpid(id, &status, WNOHANG) == id { return false }
        // One that we may not signal is somebody else's: the server runs as us, or we are root.
        guard kill(id, 0) == 0 else { return false }
        #if os(Linux)
            if Self.isZombie(id) { return false }
            // The server works in its data directory, so this tells it from a stranger with the same number.
            if let place = PosixFile.status("/proc/\(id)/cwd"), let data = PosixFile.status(layout.data) {
                return place.st_dev == data.st_dev && place.st_ino == data.st_ino
            }
        #endif
        return true
    }

    private static func isZombie(_ id: pid_t) -> Bool {
        // "123 (name) S …": the name may hold anything, so the state is found from the last parenthesis.
        guard let text = PosixFile.text("/proc/\(id)/stat", limit: 1024), let end = text.lastIndex(of: ")") else {
            return false
        }
        return text[end...].dropFirst(2).first == "Z"
    }

    /// The processes, on Linux, that work in the cluster's directory: the server's, and sessions that outlive a killed one.
    static func working(in layout: ClusterLayout) -> [pid_t] {
        #if os(Linux)
            guard let data = PosixFile.status(layout.data) else { return [] }
            return PosixFile.names(in: "/proc").compactMap { pid_t($0) }.filter { id in
                guard let place = PosixFile.status("/proc/\(id)/cwd") else { return false }
                return place.st_dev == data.st_dev && place.st_ino == data.st_ino
            }
        #else
            return []
        #endif
    }
}
