import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How much can still be written.
package enum FreeSpace {
    /// The bytes that are free for this process in the file system that holds a path, or the nearest folder above it that is
    /// there; nil where the system does not say.
    package static func bytes(at path: String) -> Int64? {
        var folder = path
        var status = statvfs()
        while statvfs(folder, &status) != 0 {
            guard errno == ENOENT, !folder.isEmpty, folder != "/", folder != "." else { return nil }
            folder = (folder as NSString).deletingLastPathComponent
            if folder.isEmpty { folder = "." }
        }
        // A file system over a network may know nothing of blocks.
        guard status.f_blocks > 0 else { return nil }
        let free = Int64(clamping: status.f_bavail).multipliedReportingOverflow(by: Int64(clamping: status.f_frsize))
        return free.overflow ? .max : free.partialValue
    }
}
