import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files that are there after a power cut, or not at all, and closed to everybody but their owner.
package enum DurableFiles {
    /// Makes a directory and those above it.
    package static func makeDirectory(_ path: String) throws(FileError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw FileError(path, errno == 0 ? EIO : errno)
        }
    }

    /// Writes a new file and brings it to the disk. Its name is there for good once its directory is synchronised.
    package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(path) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Foundation.write(descriptor, buffer.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                throw FileError(path)
            }
        }
        guard fsync(descriptor) == 0 else { throw FileError(path) }
    }

    /// Brings the names in a directory to the disk.
    package static func synchronize(_ directory: String) throws(FileError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(directory) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError(directory) }
    }

    /// Gives a file or directory another name in the same directory, for good.
    package static func rename(_ path: String, to final: String) throws(FileError) {
        guard Foundation.rename(path, final) == 0 else { throw FileError(final) }
        try synchronize((final as NSString).deletingLastPathComponent)
    }

    /// Everything in a file.
    package static func read(_ path: String) throws(FileError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else { throw FileError(path, ENOENT) }
        return Array(data)
    }
}
