import EventStore
import Foundation
import TestSupport
import Testing

@testable import Backups

/// What the log forgets while a backup is being made.
@Suite struct SnapshotTests {
    @Test func whatIsErasedMeanwhileIsStillInItAsTheCheckpointSays() async throws {
        try await BackupPlace.open { place in
            try await place.register(["ada", "bob"])
            // Once the backup is begun, and before the first row of it is read.
            let watched = WatchedStorage(
                inner: place.storage,
                onHold: { _ in
                    _ = try await place.system.store.erasePersonal(of: "ada", reason: "asked", actor: "operator")
                }
            )
            let service = try place.service(storages: [watched])
            let made = try await service.createFullBackup(by: BackupPlace.author).manifest
            #expect(try await place.system.store.personalEventCount(of: "ada") == 0)
            let report = try await place.service.rehearse(made.backupID, by: BackupPlace.author)
            #expect(report.passed, "\(report.findings)")
            try await place.restored(.init()) { (system, outcome) async throws -> Void in
                #expect(outcome.certificate.size == made.size)
                #expect(try await system.findings().isEmpty)
            }
        }
    }
}
