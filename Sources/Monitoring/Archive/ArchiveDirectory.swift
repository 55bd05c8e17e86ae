import Files
import Foundation

/// The directory of archives: one folder each, closed to everybody but its owner. A folder is there as a whole or not.
struct ArchiveDirectory: Sendable {
    let path: String

    /// Where a finished archive is.
    func folder(of archiveID: String) -> String { "\(path)/\(archiveID)" }

    /// Makes a folder under a name that is no archive's yet.
    func begin(_ archiveID: String) throws -> String {
        let folder = "\(path)/.\(archiveID).partial"
        try heard { () throws(FileError) in try DurableFiles.makeDirectory(folder) }
        return folder
    }

    /// Keeps other servers from archiving into the same directory until it is released, and takes away what a server left
    /// behind that was killed: nobody is at it now.
    func hold() throws -> FileLock {
        let lock = try heard { () throws(FileError) in
            try DurableFiles.makeDirectory(path)
            return try FileLock(path: "\(path)/.lock")
        }
        guard lock.attempt(.exclusive) else {
            throw MonitoringError(.conflict, "Another server is archiving into the same directory. Try again later.")
        }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        where name.hasPrefix(".") && name.hasSuffix(".partial") {
            discard("\(path)/\(name)")
        }
        return lock
    }

    /// Writes a file and brings it to the disk.
    func write(_ bytes: [UInt8], to name: String, in folder: String) throws {
        try heard { () throws(FileError) in try DurableFiles.write(bytes, to: "\(folder)/\(name)") }
    }

    /// Gives the folder its name, for good.
    func finish(_ folder: String, as archiveID: String) throws -> String {
        let final = "\(path)/\(archiveID)"
        try heard { () throws(FileError) in
            try DurableFiles.synchronize(folder)
            try DurableFiles.rename(folder, to: final)
        }
        return final
    }

    /// Takes away what was begun and not finished.
    func discard(_ folder: String) { try? FileManager.default.removeItem(atPath: folder) }

    static func read(_ file: String) throws -> [UInt8] {
        do { return try DurableFiles.read(file) } catch {
            throw MonitoringError(.inaccessible, "A file of the archive cannot be read.", detail: file)
        }
    }

    private func heard<Result>(_ body: () throws(FileError) -> Result) throws(MonitoringError) -> Result {
        do { return try body() } catch {
            throw MonitoringError(.inaccessible, "The archive directory cannot be written.", detail: "\(error)")
        }
    }
}
