import EventStore
import Events
import Foundation
import TestSupport
import Testing

@testable import Backups

/// A server that ended between the repository and the log.
@Suite struct TidyTests {
    /// Says in the read model that nothing more is known of a backup than that it was begun.
    private func forgetTheEnd(of id: String, _ place: BackupPlace) async throws {
        _ = try await place.system.pool.query(
            "update backups.backups set state = 'running', manifest_digest = null where backup_id = \(id)"
        )
        _ = try await place.system.pool.query("delete from backups.places where backup_id = \(id)")
    }

    @Test func whatWasMadeIsRecorded() async throws {
        try await BackupPlace.open { place in
            let made = try await place.service.createFullBackup(by: BackupPlace.author)
            let id = made.manifest.backupID
            // Somebody is at it.
            let hold = try #require(try await place.storage.hold(id))
            try await forgetTheEnd(of: id, place)
            await place.service.tidy()
            #expect(try await place.service.backup(id).state == .running)
            await hold.release()
            await place.service.tidy()
            let record = try await place.service.backup(id)
            #expect(record.state == .completed && record.manifestDigest == made.digest && record.places == ["main"])
            #expect(record.events == made.manifest.events && record.bytes == made.manifest.bytes)
        }
    }

    @Test func whatWasAlteredIsNotRecordedAsMade() async throws {
        try await BackupPlace.open { place in
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            var note = try place.bytes(id, BackupManifest.fileName)
            note[20] ^= 1
            try place.write(note, id, BackupManifest.fileName)
            try await forgetTheEnd(of: id, place)
            await place.service.tidy()
            #expect(try await place.service.backup(id).state == .running)
        }
    }

    @Test func whatWasRecordedAsRemovedIsRemoved() async throws {
        try await BackupPlace.open { place in
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let copy = "\(place.directory)/copy"
            try FileManager.default.copyItem(atPath: "\(place.repository)/\(id)", toPath: copy)
            try await place.service.remove(id, by: BackupPlace.author)
            try FileManager.default.moveItem(atPath: copy, toPath: "\(place.repository)/\(id)")
            // Of another log: it is none of ours.
            let other = "20250101-000000-deadbeef"
            try await place.storage.put([1], as: BackupManifest.fileName, of: other)
            await place.service.tidy()
            #expect(try await place.storage.backups().map(\.backupID) == [other])
        }
    }

    @Test func whatCameToNothingIsRecordedAsFailedOnceNobodyIsAtIt() async throws {
        try await BackupPlace.open { place in
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            try FileManager.default.removeItem(atPath: "\(place.repository)/\(id)/\(BackupManifest.fileName)")
            try await forgetTheEnd(of: id, place)
            await place.service.tidy()
            #expect(try await place.service.backup(id).state == .running)
            let later = try place.service(ahead: .seconds(1_000))
            let hold = try #require(try await place.storage.hold(id))
            await later.tidy()
            #expect(try await place.service.backup(id).state == .running)
            await hold.release()
            await later.tidy()
            #expect(try await place.service.backup(id).state == .failed)
            #expect(try await place.storage.backups().isEmpty)
        }
    }

    @Test func whatFailedAndIsThereAsAWholeIsRemoved() async throws {
        try await BackupPlace.open { place in
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            try await forgetTheEnd(of: id, place)
            _ = try await place.system.pool.query(
                "update backups.backups set state = 'failed' where backup_id = \(id)"
            )
            await place.service.tidy()
            #expect(try await place.storage.backups().isEmpty)
        }
    }

    @Test func oneThatCannotBeRemovedKeepsNoOtherFromBeingTidied() async throws {
        try await BackupPlace.open { place in
            var ids: [String] = []
            for _ in 0..<2 {
                let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
                try FileManager.default.removeItem(
                    atPath: "\(place.repository)/\(id)/\(BackupManifest.fileName)"
                )
                try await forgetTheEnd(of: id, place)
                ids.append(id)
            }
            // As a bucket does that locks.
            let locked = WatchedStorage(
                inner: place.storage,
                onRemove: { _ in throw BackupError(.conflict, "It is locked.") }
            )
            await (try place.service(ahead: .seconds(1_000), storages: [locked])).tidy()
            for id in ids { #expect(try await place.service.backup(id).state == .failed) }
        }
    }

    @Test func aLogThatWasRestoredRemovesNothingForWhatItDecidedBefore() async throws {
        try await BackupPlace.open { place in
            let removed = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let failed = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let unfinished = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let copy = "\(place.directory)/copy"
            try FileManager.default.copyItem(atPath: "\(place.repository)/\(removed)", toPath: copy)
            try await place.service.remove(removed, by: BackupPlace.author)
            try FileManager.default.moveItem(atPath: copy, toPath: "\(place.repository)/\(removed)")
            for id in [failed, unfinished] { try await forgetTheEnd(of: id, place) }
            _ = try await place.system.pool.query(
                "update backups.backups set state = 'failed' where backup_id = \(failed)"
            )
            try FileManager.default.removeItem(
                atPath: "\(place.repository)/\(unfinished)/\(BackupManifest.fileName)"
            )
            let digest = String(repeating: "0", count: 64)
            try await place.service.append(
                Events.Backups.Restored(
                    backupID: failed,
                    manifestDigest: digest,
                    size: 1,
                    root: String(repeating: "A", count: 43) + "=",
                    backupSize: 1,
                    cleaned: 0,
                    certificateDigest: digest
                ),
                by: BackupPlace.author
            )
            let later = try place.service(ahead: .seconds(100_000))
            await later.tidy()
            _ = try await later.prune(BackupRetention(last: 1), by: BackupPlace.author)
            #expect(Set(try await place.storage.backups().map(\.backupID)) == [removed, failed, unfinished])
            #expect(try await place.service.backup(unfinished).state == .failed)
        }
    }
}
