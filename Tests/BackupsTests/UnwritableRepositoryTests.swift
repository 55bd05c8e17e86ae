import Foundation
import TestSupport
import Testing

@testable import Backups

/// A repository that can be read and not written to.
@Suite struct UnwritableRepositoryTests {
    private struct ReadOnly: BackupStorage {
        let name = "main"
        let place = "a place to read"
        private let refusal = BackupError(.inaccessible, "It cannot be written.")

        func backups() async throws -> [StoredBackup] { [] }
        func put(_ bytes: [UInt8], as file: String, of backupID: String) async throws { throw refusal }
        func get(_ file: String, of backupID: String, limit: Int64) async throws -> [UInt8] { [] }
        func files(of backupID: String) async throws -> [String: Int64] { [:] }
        func remove(_ backupID: String) async throws { throw refusal }
        func hold(_ backupID: String) async throws -> BackupHold? { throw refusal }
        func claim(_ backupID: String) async throws -> BackupHold? { throw refusal }
    }

    @Test func itIsReadWithoutAHold() async throws {
        #expect(try await ReadOnly().reading("a") { 1 } == 1)
        await #expect(throws: BackupError.self) { try await ReadOnly().holding("a") { 1 } }
    }

    @Test func nothingIsMadeOutsideForANameThatLeadsElsewhere() async throws {
        try await BackupPlace.withDirectory { directory in
            let storage = DirectoryStorage(name: "main", path: "\(directory)/repository")
            await #expect(throws: BackupError.self) { _ = try await storage.hold("./../x") }
            let left = try FileManager.default.contentsOfDirectory(atPath: directory)
            #expect(left.isEmpty)
        }
    }
}
