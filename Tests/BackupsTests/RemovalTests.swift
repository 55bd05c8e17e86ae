import Events
import Files
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Backups

@Suite struct RemovalTests {
    @Test func whatAnotherRestsOnOrIsInUseStays() async throws {
        try await BackupPlace.open { place in
            let full = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let increment = try await place.service.createIncrementalBackup(by: BackupPlace.author).manifest.backupID
            await #expect(throws: BackupError.self) { try await place.service.remove(full, by: BackupPlace.author) }
            let hold = try #require(try await place.storage.hold(increment))
            await #expect(throws: BackupError.self) {
                try await place.service.remove(increment, by: BackupPlace.author)
            }
            #expect(try await place.storage.claim(increment) == nil)
            await hold.release()
            try await place.service.remove(increment, reason: "wrong", by: BackupPlace.author)
            #expect(try await place.storage.backups().map(\.backupID) == [full])
            #expect(try await place.service.backup(increment).places.isEmpty)
            try await place.service.remove(full, by: BackupPlace.author)
            #expect(try await place.storage.backups().isEmpty)
        }
    }

    @Test func whetherOneCouldGoIsAskedAsIfItWent() async throws {
        try await BackupPlace.open { place in
            let full = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let increment = try await place.service.createIncrementalBackup(by: BackupPlace.author).manifest.backupID
            for refused in ["20261126-043711-3f9c2a71", full] {
                await #expect(throws: BackupError.self) {
                    try await place.service.remove(refused, isDryRun: true, by: BackupPlace.author)
                }
            }
            try await place.service.remove(increment, isDryRun: true, by: BackupPlace.author)
            let kept = try await place.storage.backups().map(\.backupID)
            #expect(Set(kept) == [full, increment])
            let places = try await place.service.backup(increment).places
            #expect(!places.isEmpty)
        }
    }

    @Test func whatRestsOnABackupIsFoundHoweverManyCameAfterIt() async throws {
        try await BackupPlace.open { place in
            let full = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            _ = try await place.service.createIncrementalBackup(by: BackupPlace.author)
            // Ten thousand newer ones, as shipping makes them in a day.
            _ = try await place.system.pool.query(
                """
                insert into backups.backups (
                    backup_id, kind, repository, from_position, size, state, started_position, started_at, started_by)
                select 'later-' || n, 'full', 'main', 0, 1, 'completed', 1000000 + n, now() - interval '1 hour', 'x'
                from generate_series(1, 10001) as n
                """
            )
            _ = try await place.system.pool.query(
                """
                insert into backups.places (backup_id, repository, bytes, position)
                select 'later-' || n, 'main', 1, 1000000 + n from generate_series(1, 10001) as n
                """
            )
            await #expect(throws: BackupError.self) { try await place.service.remove(full, by: BackupPlace.author) }
            #expect(try await place.storage.backups().contains { $0.backupID == full })
        }
    }

    @Test func aDryRunSaysWhatGoesAndRemovesNothing() async throws {
        try await BackupPlace.open { place in
            let first = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let second = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let rule = BackupRetention(last: 1)
            let dry = try await place.service.prune(rule, isDryRun: true, by: BackupPlace.author)
            #expect(dry.removed == [first] && dry.bytes > 0)
            #expect(try await place.storage.backups().count == 2)
            let hold = try #require(try await place.storage.hold(first))
            #expect(try await place.service.prune(rule, by: BackupPlace.author).inUse == [first])
            await hold.release()
            #expect(try await place.service.prune(rule, by: BackupPlace.author).removed == [first])
            #expect(try await place.storage.backups().map(\.backupID) == [second])
            await #expect(throws: BackupError.self) {
                try await place.service.prune(BackupRetention(), by: BackupPlace.author)
            }
        }
    }

    @Test func whatIsBeingVerifiedIsNotPruned() async throws {
        try await BackupPlace.open { place in
            let first = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            _ = try await place.service.createFullBackup(by: BackupPlace.author)
            let inUse = Mutex<[String]>([])
            var watched = WatchedStorage(inner: place.storage)
            watched.onGet = { file in
                guard file.hasPrefix("events-") else { return }
                let pruning = try await place.service.prune(BackupRetention(last: 1), by: BackupPlace.author)
                inUse.withLock { $0 = pruning.inUse }
            }
            let service = try place.service(storages: [watched])
            let report = try await service.verify(first, .quick, by: BackupPlace.author)
            #expect(report.found.isEmpty, "\(report.found)")
            #expect(inUse.withLock { $0 } == [first])
            #expect(try await place.service.backup(first).isSound == true)
        }
    }

    @Test func aBackupThatIsMadeWhileAnotherIsVerifiedIsNotMissing() async throws {
        try await BackupPlace.open { place in
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            var watched = WatchedStorage(inner: place.storage)
            watched.onList = { _ = try await place.service.createFullBackup(by: BackupPlace.author) }
            let report = try await place.service(storages: [watched]).verify(id, .quick, by: BackupPlace.author)
            #expect(report.found.isEmpty, "\(report.found)")
            #expect(try await place.storage.backups().count == 2)
        }
    }

    @Test func backupsThatAreOlderThanSoManyDaysAreDeletedAndTheNewestIsNot() async throws {
        try await BackupPlace.open { place in
            let first = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let second = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            #expect(try await place.service.deleteOldBackups(daysToKeep: 7, by: BackupPlace.author).removed.isEmpty)
            #expect(try await place.storage.backups().count == 2)
            // Eight days on.
            let later = try place.service(ahead: .seconds(8 * 86_400))
            #expect(try await later.deleteOldBackups(daysToKeep: 9, by: BackupPlace.author).removed.isEmpty)
            #expect(try await later.deleteOldBackups(daysToKeep: 7, by: BackupPlace.author).removed == [first])
            #expect(try await place.storage.backups().map(\.backupID) == [second])
            #expect(try await place.service.backup(first).places.isEmpty)
        }
    }

    /// Records that a backup was begun.
    private func begin(_ id: String, _ place: BackupPlace) async throws {
        try await place.service.append(
            Events.Backups.Started(backupID: id, kind: .full, repository: "main", fromPosition: 0, size: 1),
            by: BackupPlace.author
        )
    }

    @Test func whatWasNeverFinishedIsSweptAndNoBackup() async throws {
        try await BackupPlace.open { place in
            _ = try await place.service.createFullBackup(by: BackupPlace.author)
            let left = "20250101-000000-deadbeef"
            let other = "20250101-000000-0badf00d"
            try await place.storage.put([1], as: "events-000000000000.seg", of: other)
            try await begin(left, place)
            let later = try place.service(ahead: .seconds(100_000))
            try await place.storage.put([1], as: "events-000000000000.seg", of: left)
            #expect(try await place.storage.backups().contains(StoredBackup(backupID: left, isFinished: false)))
            let pruned = try await later.prune(BackupRetention(last: 5), by: BackupPlace.author)
            #expect(pruned.unfinished == [left] && pruned.removed.isEmpty)
            // What another log began is none of this one's.
            #expect(try await place.storage.backups().filter { !$0.isFinished }.map(\.backupID) == [other])
        }
    }

    @Test func whatIsBeingMadeOrCopiedIsNotSwept() async throws {
        try await BackupPlace.open { place in
            _ = try await place.service.createFullBackup(by: BackupPlace.author)
            let left = "20250101-000000-deadbeef"
            let other = "20250101-000000-0badf00d"
            try await place.storage.put([1], as: "events-000000000000.seg", of: other)
            try await begin(left, place)
            let later = try place.service(ahead: .seconds(100_000))
            try await place.storage.put([1], as: "events-000000000000.seg", of: left)
            let hold = try #require(try await place.storage.hold(left))
            let rule = BackupRetention(last: 5)
            #expect(try await later.prune(rule, by: BackupPlace.author).unfinished.isEmpty)
            #expect(try await place.storage.files(of: left).count == 1)
            await hold.release()
            #expect(try await later.prune(rule, by: BackupPlace.author).unfinished == [left])
        }
    }

    @Test func whatIsBeingMadeAndWhatACopyRestsOnIsHeld() async throws {
        try await BackupPlace.open { place in
            try await place.register(["ada"])
            let full = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let increment = try await place.service.createIncrementalBackup(by: BackupPlace.author).manifest.backupID
            _ = try await place.service.copy(full, to: "offsite", by: BackupPlace.author)
            let offsite = try place.service.repository("offsite")
            // Somebody who is about to remove them: neither is copied to, nor made there.
            for claimed in [full, increment] {
                let claim = try #require(try await offsite.claim(claimed))
                await #expect(throws: BackupError.self) {
                    try await place.service.copy(increment, to: "offsite", by: BackupPlace.author)
                }
                await claim.release()
            }
            let claimable = Mutex<[Bool]>([])
            let repository = place.repository
            let made = try await place.service.create(BackupOrder(.full), by: BackupPlace.author) { _ in
                let known = try? FileManager.default.contentsOfDirectory(atPath: repository)
                let id = known?.filter { BackupID.isValid($0) }.first { id in
                    !FileManager.default.fileExists(atPath: "\(repository)/\(id)/\(BackupManifest.fileName)")
                }
                let isClaimable = id.flatMap { try? FileLock(path: "\(repository)/.\($0).lock") }?.attempt(.exclusive)
                claimable.withLock { $0.append(isClaimable ?? true) }
            }
            #expect(claimable.withLock { $0 } == [false])
            #expect(try await place.storage.claim(made.manifest.backupID) != nil)
        }
    }

    @Test func aCopyIsWholeGoesOnWhereItWasAndIsVerifiedThere() async throws {
        try await BackupPlace.open { place in
            try await place.register((0..<10).map { "a\($0)" })
            let full = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let increment = try await place.service.createIncrementalBackup(by: BackupPlace.author).manifest.backupID
            await #expect(throws: BackupError.self) {
                try await place.service.copy(increment, to: "offsite", by: BackupPlace.author)
            }
            // Broken off after the first file.
            let offsite = try place.service.repository("offsite")
            let file = try #require(try place.files(full).first)
            try await offsite.put(try place.bytes(full, file), as: file, of: full)
            // And one that is as long as it has to be, and another.
            let other = try #require(try place.files(full).dropFirst().first)
            try await offsite.put([UInt8](repeating: 0, count: place.bytes(full, other).count), as: other, of: full)
            #expect(try await offsite.backups() == [StoredBackup(backupID: full, isFinished: false)])
            _ = try await place.service.copy(full, to: "offsite", by: BackupPlace.author)
            _ = try await place.service.copy(increment, to: "offsite", by: BackupPlace.author)
            let report = try await place.service.verify(increment, .full, in: "offsite", by: BackupPlace.author)
            #expect(report.isSound, "\(report.findings)")
            #expect(try await place.service.backup(full).places.sorted() == ["main", "offsite"])
        }
    }
}
