import EventStore
import TestSupport
import Testing

@testable import Backups

@Suite struct CancelTests {
    /// A repository that takes for ever to write a file.
    private struct SlowStorage: BackupStorage {
        let storage: DirectoryStorage
        var name: String { storage.name }
        var place: String { storage.place }

        func backups() async throws -> [StoredBackup] { try await storage.backups() }
        func put(_ bytes: [UInt8], as file: String, of backupID: String) async throws {
            try await Task.sleep(for: .seconds(600))
        }
        func get(_ file: String, of backupID: String) async throws -> [UInt8] {
            try await storage.get(file, of: backupID)
        }
        func files(of backupID: String) async throws -> [String: Int64] { try await storage.files(of: backupID) }
        func remove(_ backupID: String) async throws { try await storage.remove(backupID) }
        func hold(_ backupID: String) async throws -> BackupHold? { try await storage.hold(backupID) }
        func claim(_ backupID: String) async throws -> BackupHold? { try await storage.claim(backupID) }
    }

    @Test func whatAnotherServerMakesIsStoppedThroughTheLog() async throws {
        try await BackupPlace.open { place in
            let other = try BackupService(
                store: place.system.store,
                pool: place.system.followerPool,
                engine: place.system.projections,
                repositories: [SlowStorage(storage: place.storage)],
                keys: place.service.keys,
                productVersion: "test",
                logger: LogFixture.quiet
            )
            let id = try await other.start(BackupOrder(.full), by: BackupPlace.author)
            try await place.service.cancel(id, by: BackupPlace.author)
            while other.progress(of: id) != nil { try await Task.sleep(for: .milliseconds(20)) }
            #expect(try await place.service.backup(id).state == .cancelled)
            // Nobody holds it any more, and there is nothing to stop.
            #expect(try await place.storage.claim(id) != nil)
            await #expect(throws: BackupError.self) { try await place.service.cancel(id, by: BackupPlace.author) }
        }
    }
}
