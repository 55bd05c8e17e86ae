import Foundation

/// What the operating system says of the machine and of this process.
enum Machine {
    /// Free and all bytes of the file system that holds a path; nil where they cannot be had.
    static func disk(at path: String) -> (free: Int64, total: Int64)? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        let unit = Int64(status.f_frsize)
        return (Int64(status.f_bavail) * unit, Int64(status.f_blocks) * unit)
    }

    /// Which file system holds a path; nil where that cannot be had.
    static func fileSystem(of path: String) -> UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_dev) : nil
    }

    /// The path, or the nearest folder above it that is there.
    static func existing(_ path: String) -> String {
        var path = path
        while fileSystem(of: path) == nil, let slash = path.lastIndex(of: "/") {
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
        return path
    }

    /// What this process takes, what is available, and of how much: of the machine, or of the control group if that
    /// allows less.
    static var memory: (resident: Int64, available: Int64, limit: Int64) {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let resident = pages.split(separator: " ").dropFirst().first.flatMap { Int64($0) } ?? 0
        let bytes = resident * Int64(sysconf(Int32(_SC_PAGESIZE)))
        var total: Int64 = 0
        var available: Int64 = 0
        let info = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? ""
        for line in info.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 2, let kilobytes = Int64(words[1]) else { continue }
            if words[0] == "MemTotal:" { total = kilobytes * 1_024 }
            if words[0] == "MemAvailable:" { available = kilobytes * 1_024 }
        }
        let group = "/sys/fs/cgroup/memory"
        if let limit = number(in: "\(group).max"), limit < total, let used = number(in: "\(group).current") {
            // What the group has cached it can give back, so this is the lower bound.
            return (bytes, max(0, min(available, limit - used)), limit)
        }
        return (bytes, available, total)
    }

    /// Processor time of this process, in seconds.
    static var processorSeconds: Double {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    /// How many file descriptors this process has open.
    static var openFiles: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    }

    /// The machine's name.
    package static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, 255) == 0 else { return "localhost" }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let text = Redaction.text(String(decoding: bytes, as: UTF8.self), limit: 100)
        return text.isEmpty ? "localhost" : text
    }

    private static func number(in path: String) -> Int64? {
        (try? String(contentsOfFile: path, encoding: .utf8)).flatMap {
            Int64($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }
}
