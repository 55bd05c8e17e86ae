import Backups
import Time

/// A repository to which something happens at a moment that a test chooses.
struct WatchedStorage: BackupStorage {
    let inner: any BackupStorage
    /// What is written in the place of a file.
    var onPut: @Sendable (String, [UInt8]) async throws -> [UInt8] = { $1 }
    var onGet: @Sendable (String) async throws -> Void = { _ in }
    /// After it was listed.
    var onList: @Sendable () async throws -> Void = {}
    var onHold: @Sendable (String) async throws -> Void = { _ in }
    var onRemove: @Sendable (String) async throws -> Void = { _ in }

    var name: String { inner.name }
    var place: String { inner.place }

    func freeBytes() async -> Int64? { await inner.freeBytes() }
    func backups() async throws -> [StoredBackup] {
        let listed = try await inner.backups()
        try await onList()
        return listed
    }
    func put(_ bytes: [UInt8], as file: String, of backupID: String) async throws {
        try await inner.put(try await onPut(file, bytes), as: file, of: backupID)
    }
    func get(_ file: String, of backupID: String, limit: Int64) async throws -> [UInt8] {
        try await onGet(file)
        return try await inner.get(file, of: backupID, limit: limit)
    }
    func files(of backupID: String) async throws -> [String: Int64] { try await inner.files(of: backupID) }
    func remove(_ backupID: String) async throws {
        try await onRemove(backupID)
        try await inner.remove(backupID)
    }
    func hold(_ backupID: String) async throws -> BackupHold? {
        try await onHold(backupID)
        return try await inner.hold(backupID)
    }
    func claim(_ backupID: String) async throws -> BackupHold? { try await inner.claim(backupID) }
    func lock(_ chain: [String], days: Int?, now: Timestamp) async throws {
        try await inner.lock(chain, days: days, now: now)
    }
}
