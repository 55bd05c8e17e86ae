#if canImport(Glibc)
    package import Glibc
#elseif canImport(Darwin)
    package import Darwin
#endif

/// An advisory lock (`flock`) on a file of its own, given back when the value goes away or the process ends.
///
/// Each value opens the file anew, so two locks of one process exclude each other just as two processes do. The
/// descriptor is closed in children, or a server that outlives us would keep our lock.
package final class FileLock: Sendable {
    /// Who else may hold the lock.
    package enum Mode {
        /// Others that share it.
        case shared
        /// Nobody.
        case exclusive
    }

    private let descriptor: Int32
    /// Where the lock file is.
    package let path: String

    /// Opens the lock file, making it where it is missing, without taking the lock.
    ///
    /// - Throws: `FileError` that names the path, where it cannot be opened, is a symbolic link, or its directory is missing.
    package init(path: String) throws(FileError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw FileError(path) }
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Takes the lock, or changes its mode, if nobody is in the way now. Never waits.
    ///
    /// A change of mode is no single step: another may get in between, and where it fails the lock may be lost.
    ///
    /// - Returns: whether the lock is held in this mode.
    package func attempt(_ mode: Mode) -> Bool {
        let operation = mode == .shared ? LOCK_SH : LOCK_EX
        while flock(descriptor, operation | LOCK_NB) != 0 {
            if errno != EINTR { return false }
        }
        return true
    }

    /// Gives the lock file to this user, so that the owner of a data directory can use it when root made it. Where that is
    /// not permitted nothing happens.
    package func give(to uid: uid_t, _ gid: gid_t) { _ = fchown(descriptor, uid, gid) }

    /// Lets the lock go. The file stays, so that whoever comes next locks the same one.
    package func release() { _ = flock(descriptor, LOCK_UN) }
}
