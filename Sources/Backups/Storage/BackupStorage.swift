package import Time

/// Where the files of backups are kept: a directory, or a bucket.
///
/// A file is there as a whole or not at all. A backup is there once it has its manifest, which is written last and removed
/// first. All calls throw ``BackupError``.
package protocol BackupStorage: Sendable {
    /// The name of the repository.
    var name: String { get }
    /// Where it is, for people; says no secret.
    var place: String { get }

    /// How many bytes can still be written; nil where nobody can say.
    func freeBytes() async -> Int64?
    /// Everything that there is, finished or not.
    func backups() async throws -> [StoredBackup]
    /// Writes a file; one of the same name is replaced.
    func put(_ bytes: [UInt8], as file: String, of backupID: String) async throws
    /// Reads a file.
    ///
    /// - Parameter limit: what is longer is damaged, and not read to its end; neither is anything else than a file.
    func get(_ file: String, of backupID: String, limit: Int64) async throws -> [UInt8]
    /// The files of a backup and how long each is.
    func files(of backupID: String) async throws -> [String: Int64]
    /// Removes a backup, its manifest first. One that is not there is none of its concern.
    func remove(_ backupID: String) async throws
    /// Keeps a backup from being removed by others until the hold is released; nil where somebody is about to remove it.
    func hold(_ backupID: String) async throws -> BackupHold?
    /// Takes the right to remove a backup; nil where somebody holds it.
    func claim(_ backupID: String) async throws -> BackupHold?
    /// Locks backups against removal by anybody, where the storage can; that of each never ends before the one of a backup
    /// that rests on it.
    ///
    /// - Parameter chain: the backup and what it rests on, the full one first.
    /// - Parameter days: for how many days, counted from now; the storage may be set to lock for longer.
    func lock(_ chain: [String], days: Int?, now: Timestamp) async throws
}

extension BackupStorage {
    /// By default there are no locks.
    package func lock(_ chain: [String], days: Int?, now: Timestamp) async throws {}

    /// Reads a backup. It is not removed meanwhile, or, where this place cannot be written to, is found missing if it is.
    ///
    /// - Throws: ``BackupError`` where somebody is about to remove it.
    package func reading<R>(_ backupID: String, _ body: () async throws -> R) async throws -> R {
        let hold: BackupHold?
        do {
            hold = try await self.hold(backupID)
        } catch let error as BackupError where error.kind == .inaccessible || error.kind == .noSpace {
            return try await body()
        }
        guard let hold else { throw BackupError(.conflict, "The backup \(backupID) is being removed.") }
        return try await hold.during(body)
    }

    /// Does something with a backup that is not removed meanwhile.
    ///
    /// - Throws: ``BackupError`` where somebody is about to remove it.
    package func holding<R>(_ backupID: String, _ body: () async throws -> R) async throws -> R {
        guard let hold = try await hold(backupID) else {
            throw BackupError(.conflict, "The backup \(backupID) is being removed.")
        }
        return try await hold.during(body)
    }
}

/// What is in a repository under one id.
package struct StoredBackup: Sendable, Hashable {
    /// The id.
    package var backupID: String
    /// Whether its manifest is there.
    package var isFinished: Bool
    /// How long all that is there of it is, where the listing says so.
    package var bytes: Int64?

    /// Something in a repository.
    package init(backupID: String, isFinished: Bool, bytes: Int64? = nil) {
        self.backupID = backupID
        self.isFinished = isFinished
        self.bytes = bytes
    }
}

/// A backup that is in use.
package struct BackupHold: Sendable {
    private let end: @Sendable () async -> Void

    /// - Parameter end: what gives it up.
    package init(_ end: @escaping @Sendable () async -> Void) { self.end = end }

    /// Gives it up. Once.
    package func release() async { await end() }

    /// Gives it up once something is done, or has failed.
    package func during<R>(_ body: () async throws -> R) async throws -> R {
        let result: R
        do { result = try await body() } catch {
            await end()
            throw error
        }
        await end()
        return result
    }
}
