#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The server's log files: their names, their last words, and their bound.
struct ServerLog: Sendable {
    static let fileNamePattern = "postgresql-%Y%m%d-%H%M%S.log"
    static let fileMegabytes = 10
    /// With a file of ten megabytes each, what the log may grow to.
    static let keptFiles = 8

    let directory: String

    /// File names, oldest first.
    var files: [String] {
        PosixFile.names(in: directory).filter { $0.hasPrefix("postgresql-") && $0.hasSuffix(".log") }
    }

    /// Removes the oldest files beyond the bound; the server itself never removes any.
    func prune() {
        for name in files.dropLast(Self.keptFiles) { unlink("\(directory)/\(name)") }
    }

    /// The last lines of the newest file.
    func lastLines(_ count: Int) -> [String] {
        guard let newest = files.last, let text = PosixFile.text("\(directory)/\(newest)", limit: 16_384) else {
            return []
        }
        return text.split(separator: "\n").suffix(count).map(String.init)
    }

    /// How far a crash recovery has come, in the server's words.
    func recoveryDetail() -> String? {
        guard let line = lastLines(1).first, let range = line.firstRange(of: "LOG:  ") else { return nil }
        return String(line[range.upperBound...])
    }
}
