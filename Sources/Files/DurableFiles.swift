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
        try writeAll(bytes, to: descriptor, path)
        guard fsync(descriptor) == 0 else { throw FileError(path) }
    }

    /// Brings what was written into a file to the disk.
    package static func synchronizeFile(_ path: String) throws(FileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError(path) }
    }

    /// A part of a file; shorter only where it ends.
    package static func read(_ path: String, from offset: Int64, count: Int) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path) }
        defer { close(descriptor) }
        return try read(descriptor, from: offset, count: count, path)
    }

    private static func read(
        _ descriptor: Int32,
        from offset: Int64,
        count: Int,
        _ path: String
    ) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(count, 0))
        var done = 0
        while done < bytes.count {
            let wanted = bytes.count - done
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + done }, wanted, off_t(offset) + off_t(done))
            }
            if got > 0 {
                done += got
            } else if got == 0 {
                break
            } else if errno != EINTR {
                throw FileError(path)
            }
        }
        bytes.removeLast(bytes.count - done)
        return bytes
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

    /// How long a file is.
    package static func length(_ path: String) throws(FileError) -> Int64 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileError(path) }
        return Int64(status.st_size)
    }

    /// A part of a file, which must be that long.
    package static func read(_ path: String, _ range: Range<Int64>) throws(FileError) -> [UInt8] {
        let count = Int(range.upperBound - range.lowerBound)
        let bytes = try read(path, from: range.lowerBound, count: count)
        guard bytes.count == count else { throw FileError(path, EIO) }
        return bytes
    }

    /// Everything in a file that others may have put there: nothing else than a file is opened, no link is followed, and what is
    /// longer than the limit is not read.
    ///
    package static func read(_ path: String, limit: Int64) throws(FileError) -> [UInt8] {
        // A pipe would wait for whoever writes into it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(path, ENXIO) }
        guard Int64(status.st_size) <= limit else { throw FileError(path, EFBIG) }
        return try read(descriptor, from: 0, count: Int(status.st_size), path)
    }

    /// Writes a new file with what is in another one, and brings it to the disk.
    package static func copy(_ path: String, to copy: String) throws(FileError) {
        let total = try length(path)
        let descriptor = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(copy) }
        defer { close(descriptor) }
        var start: Int64 = 0
        while start < total {
            let piece = try read(path, start..<min(start + (4 << 20), total))
            try writeAll(piece, to: descriptor, copy)
            start += Int64(piece.count)
        }
        guard fsync(descriptor) == 0 else { throw FileError(copy) }
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(FileError) {
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
    }
}
