import Foundation

extension KeyStore {
    /// Keeps other rotations of this directory out, in this process and in others, for the time of the body. The kernel
    /// ends the hold of a process that was killed.
    ///
    /// - Throws: `KeyStoreError(.busy)` at once where there is another.
    func withRotation<R>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> R
    ) async throws -> R {
        let path = directory.appendingPathComponent("rotation.lock").path
        let lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else {
            throw KeyStoreError.unwritable(directory.path)
        }
        defer { close(lock) }
        giveToOwner(lock)
        while flock(lock, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EINTR else {
                throw KeyStoreError(.busy, "The keys in \(directory.path) are being rotated already; wait for the end.")
            }
        }
        return try await body()
    }

    /// Gives an open file that root made here to the directory's owner, who runs Daybook; whoever else made it is that owner.
    /// Where it is not permitted nothing happens. What has another name elsewhere is not given away.
    func giveToOwner(_ descriptor: Int32) {
        var owner = stat()
        var file = stat()
        guard geteuid() == 0, stat(directory.path, &owner) == 0, fstat(descriptor, &file) == 0 else { return }
        guard owner.st_uid != 0, file.st_uid == 0, file.st_nlink == 1 else { return }
        _ = fchown(descriptor, owner.st_uid, owner.st_gid)
    }
}
