import Foundation

/// The directory of archives: one folder each, closed to everybody but its owner. A folder is there as a whole or not.
struct ArchiveDirectory: Sendable {
    let path: String

    /// Where a finished archive is.
    func folder(of archiveID: String) -> String { "\(path)/\(archiveID)" }

    /// Makes a folder under a name that is no archive's yet.
    func begin(_ archiveID: String) throws -> String {
        let folder = "\(path)/.\(archiveID).partial"
        do { try Self.make(folder) } catch { throw Self.unwritable(folder) }
        return folder
    }

    /// Keeps other servers from archiving into the same directory until it is released, and takes away what a server left
    /// behind that was killed: nobody is at it now.
    func hold() throws -> ArchiveHold {
        do { try Self.make(path) } catch { throw Self.unwritable(path) }
        let file = "\(path)/.lock"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.unwritable(file) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK
            let error = Self.unwritable(file)
            close(descriptor)
            throw isHeld
                ? MonitoringError(.conflict, "Another server is archiving into the same directory. Try again later.")
                : error
        }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        where name.hasPrefix(".") && name.hasSuffix(".partial") {
            discard("\(path)/\(name)")
        }
        return ArchiveHold(descriptor: descriptor)
    }

    private static func make(_ folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    /// Writes a file and brings it to the disk.
    func write(_ bytes: [UInt8], to name: String, in folder: String) throws {
        let file = "\(folder)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.unwritable(file) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Foundation.write(descriptor, buffer.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                throw Self.unwritable(file)
            }
        }
        guard fsync(descriptor) == 0 else { throw Self.unwritable(file) }
    }

    /// Gives the folder its name, for good.
    func finish(_ folder: String, as archiveID: String) throws -> String {
        let final = "\(path)/\(archiveID)"
        try synchronize(folder)
        guard rename(folder, final) == 0 else { throw Self.unwritable(final) }
        try synchronize(path)
        return final
    }

    /// Takes away what was begun and not finished.
    func discard(_ folder: String) { try? FileManager.default.removeItem(atPath: folder) }

    static func read(_ file: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw MonitoringError(.inaccessible, "A file of the archive cannot be read.", detail: file)
        }
        return Array(data)
    }

    private func synchronize(_ folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unwritable(folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Self.unwritable(folder) }
    }

    private static func unwritable(_ file: String) -> MonitoringError {
        let reason = String(cString: strerror(errno))
        return MonitoringError(.inaccessible, "The archive directory cannot be written.", detail: "\(file): \(reason)")
    }
}

/// Held while something is written into an archive directory.
struct ArchiveHold: Sendable {
    fileprivate let descriptor: Int32

    /// Lets others archive. Once.
    func release() { close(descriptor) }
}
