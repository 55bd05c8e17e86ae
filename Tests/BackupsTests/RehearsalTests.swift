import App
import EventStore
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Backups

/// Restores that are tried: into a database beside the log's, which is dropped again.
@Suite struct RehearsalTests {
    private static func scratch(_ place: BackupPlace) async throws -> [String] {
        try await Psql.run(
            """
            select datname from pg_database where starts_with(datname, 'daybook_rehearsal_'
                || (select oid from pg_database where datname = current_database()) || '_')
            """,
            on: place.url
        ).split(separator: "\n").map(String.init)
    }

    @Test func aGoodBackupPassesAndTheLogSaysSo() async throws {
        try await BackupPlace.open { place in
            try await place.register(["ada", "bob"])
            _ = try await place.service.createFullBackup(by: BackupPlace.author)
            try await place.register(["cyd"])
            let id = try await place.service.createIncrementalBackup(by: BackupPlace.author).manifest.backupID
            // What happens afterwards is no difference, and neither is what is erased afterwards.
            try await place.register(["dan"])
            _ = try await place.system.store.erasePersonal(of: "ada", reason: "asked", actor: "operator")
            let report = try await place.service.rehearse(by: BackupPlace.author)
            #expect(report.passed && report.backupID == id, "\(report.findings)")
            #expect(report.events > 0 && report.models == Int64(place.system.projections.definitions.count))
            let record = try await place.service.backup(id)
            #expect(record.rehearsalPassed == true && record.rehearsedAt != nil && record.rehearsalFinding == nil)
            #expect(try await Self.scratch(place).isEmpty)
        }
    }

    @Test func aDamagedBackupFailsAndTheLogSaysWhy() async throws {
        try await BackupPlace.open { place in
            try await place.register(["ada"])
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            var bytes = try place.bytes(id, "events-000000000000.seg")
            bytes[bytes.count / 2] ^= 1
            try place.write(bytes, id, "events-000000000000.seg")
            let report = try await place.service.rehearse(id, by: BackupPlace.author)
            #expect(!report.passed && report.findings.first?.contains("events-000000000000.seg") == true)
            let record = try await place.service.backup(id)
            #expect(record.rehearsalPassed == false && record.rehearsalFinding == report.findings.first)
            #expect(record.isSound == false && record.firstFinding == report.findings.first)
            await #expect(throws: BackupError.self) {
                try await place.service.createIncrementalBackup(by: BackupPlace.author)
            }
            #expect(try await Self.scratch(place).isEmpty)
        }
    }

    /// A backup of a log and the log that runs can differ where an event was changed in the database afterwards.
    @Test func rowsThatTheLogThatRunsDoesNotGiveAreCounted() async throws {
        try await BackupPlace.open { place in
            try await place.register(["ada", "bob"])
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            try await Psql.run(
                """
                alter table log.events disable trigger user;
                update log.events set data = replace(data::text, 'bob', 'rob')::json
                where type = 'identity.user-registered' and data ->> 'userId' = 'bob';
                alter table log.events enable trigger user;
                """,
                on: place.url
            )
            let report = try await place.service.rehearse(id, by: BackupPlace.author)
            #expect(!report.passed && report.differences >= 2)
            #expect(report.findings.contains { $0.contains("identity.users") }, "\(report.findings)")
            #expect(!report.findings.contains { $0.contains("bob") })
            // The log is what was altered, and not the backup.
            #expect(try await place.service.backup(id).isSound == nil)
        }
    }

    /// That something else is erased after the backup explains nothing that was gone before it.
    @Test func whatIsGoneWithoutAnEventIsFoundWhateverIsErasedLater() async throws {
        try await BackupPlace.open { place in
            try await place.register(["ada", "bob"])
            let gone = try await Psql.run(
                """
                alter table log.events disable trigger user;
                update log.events
                set personal_digest = sha256(salt || convert_to(personal::text, 'UTF8')), personal = null, salt = null
                where data ->> 'userId' = 'bob' and personal is not null returning position;
                alter table log.events enable trigger user;
                """,
                on: place.url
            )
            #expect(gone.contains { $0.isNumber })
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            #expect(try await !place.service.rehearse(id, by: BackupPlace.author).passed)
            _ = try await place.system.store.erasePersonal(of: "ada", reason: "asked", actor: "operator")
            let report = try await place.service.rehearse(id, by: BackupPlace.author)
            #expect(report.findings.contains { $0.contains("findings") }, "\(report.findings)")
        }
    }

    @Test func whatARehearsalThatWasKilledLeftBehindIsDroppedByTheNext() async throws {
        try await BackupPlace.open { place in
            try await place.register(["ada"])
            _ = try await place.service.createFullBackup(by: BackupPlace.author)
            let id = try await Psql.run(
                "select oid from pg_database where datname = current_database()",
                on: place.url
            )
            try await Psql.run("create database daybook_rehearsal_\(id)_999999", on: place.url)
            #expect(try await Self.scratch(place).count == 1)
            #expect(try await place.service.rehearse(by: BackupPlace.author).passed)
            #expect(try await Self.scratch(place).isEmpty)
            // And where none follows, by whoever looks after the repositories; not while one is under way.
            try await Psql.run("create database daybook_rehearsal_\(id)_999999", on: place.url)
            let connection = try await PostgresConnection.connect(
                PostgresConfiguration(url: place.url),
                logger: LogFixture.quiet
            )
            _ = try await connection.query("select pg_advisory_lock(hashtextextended('daybook rehearsal', 0))")
            await place.service.tidy()
            #expect(try await Self.scratch(place).count == 1)
            await #expect(throws: BackupError.self) { try await place.service.rehearse(by: BackupPlace.author) }
            await connection.close()
            await place.service.tidy()
            #expect(try await Self.scratch(place).isEmpty)
        }
    }

    @Test func oneThatCannotBeTriedIsRecordedAndTriedAgainTheNextDay() async throws {
        try await BackupPlace.open { place in
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let scheduler = BackupScheduler(place.service, pool: place.system.followerPool, rehearsalDays: 7)
            let file = "\(place.directory)/backup.key"
            try FileManager.default.moveItem(atPath: file, toPath: "\(file).away")
            func tries() async throws -> String {
                try await Psql.run("select count(*) from log.backups_rehearsed", on: place.url)
            }
            for _ in 0..<3 { await scheduler.rehearseIfDue() }
            #expect(try await tries() == "1")
            let record = try await place.service.backup(id)
            #expect(record.rehearsalPassed == false)
            #expect(record.rehearsalFinding?.hasPrefix("It could not be tried.") == true)
            try FileManager.default.moveItem(atPath: "\(file).away", toPath: file)
            // Another server knows it from the log.
            await BackupScheduler(place.service, pool: place.system.followerPool, rehearsalDays: 7).rehearseIfDue()
            #expect(try await tries() == "1")
            let tomorrow = try place.service(ahead: .seconds(86_400))
            await BackupScheduler(tomorrow, pool: place.system.followerPool, rehearsalDays: 7).rehearseIfDue()
            #expect(try await place.service.backup(id).rehearsalPassed == true)
            await BackupScheduler(tomorrow, pool: place.system.followerPool, rehearsalDays: 7).rehearseIfDue()
            #expect(try await tries() == "2")
        }
    }

    @Test func aLogThatIsTooLargeIsNotLoaded() async throws {
        try await BackupPlace.open { place in
            let made = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            var limits = BackupLimits()
            limits.rehearsal = made.rawBytes - 1
            let error = await #expect(throws: BackupError.self) {
                try await place.service(limits).rehearse(by: BackupPlace.author)
            }
            #expect(error?.kind == .conflict)
            limits.rehearsal = made.rawBytes
            #expect(try await place.service(limits).rehearse(by: BackupPlace.author).passed)
        }
    }

    @Test func oneBackupIsRehearsedOnceAtATime() async throws {
        try await BackupPlace.open { place in
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            _ = try await place.service.startRehearsal(id, by: BackupPlace.author)
            let error = await #expect(throws: BackupError.self) {
                try await place.service.rehearse(id, by: BackupPlace.author)
            }
            #expect(error?.kind == .conflict)
            // The one that is under way can still be stopped.
            try await place.service.cancel(id, by: BackupPlace.author)
            while place.service.progress(of: id) != nil { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test func withoutTheKeyOfThenNothingIsLoaded() async throws {
        try await BackupPlace.open { place in
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let (old, _) = try await place.system.store.rotateKey(actor: "operator", reason: "lost")
            let manifests = try await BackupChain(
                id,
                in: place.storage,
                keys: place.keys,
                verifiers: place.system.store.keys.verifiers()
            )
            #expect(try await manifests.validKeys(at: .end) == [old.id])
            // Where the old key signed it is judged by it, so that it has to be there for that alone.
            let later = try await place.service.createFullBackup(by: BackupPlace.author).manifest
            let chain = try await BackupChain(
                later.backupID,
                in: place.storage,
                keys: place.keys,
                verifiers: place.system.store.keys.verifiers()
            )
            try await place.restoring { (restoration, configuration, url) async throws -> Void in
                var wish = BackupRestorationWish()
                wish.backupID = later.backupID
                wish.point = .size(2)
                #expect(try await chain.validKeys(at: .size(2)) == [old.id])
                wish.keysDirectory = "\(place.directory)/some"
                try FileManager.default.copyItem(
                    atPath: "\(place.directory)/keys",
                    toPath: "\(place.directory)/some"
                )
                try FileManager.default.removeItem(atPath: "\(place.directory)/some/\(old.id).key")
                await #expect(throws: KeyStoreError.self) { try await restoration.run(wish) }
                #expect(try await Psql.run("select to_regclass('log.head') is null", on: url) == "t")
                #expect(!FileManager.default.fileExists(atPath: "\(configuration.dataDirectory)/keys"))
            }
        }
    }

    @Test func aRehearsalThatIsStoppedLeavesNothingBehind() async throws {
        try await BackupPlace.open { place in
            try await place.register(["ada"])
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            let begun = try await place.service.startRehearsal(nil, by: BackupPlace.author)
            #expect(begun == id)
            while try await Self.scratch(place).isEmpty {
                try #require(place.service.progress(of: id) != nil)
                try await Task.sleep(for: .milliseconds(5))
            }
            try await place.service.cancel(id, by: BackupPlace.author)
            while place.service.progress(of: id) != nil { try await Task.sleep(for: .milliseconds(5)) }
            #expect(try await Self.scratch(place).isEmpty)
            #expect(try await place.service.backup(id).rehearsedAt == nil)
        }
    }

    @Test func oneIsTriedOnceTheLastIsLongEnoughAgo() async throws {
        try await BackupPlace.open { place in
            let scheduler = BackupScheduler(place.service, pool: place.system.followerPool, rehearsalDays: 7)
            await scheduler.rehearseIfDue()
            let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            await scheduler.rehearseIfDue()
            let first = try #require(try await place.service.backup(id).rehearsedAt)
            await scheduler.rehearseIfDue()
            #expect(try await place.service.backup(id).rehearsedAt == first)
            // Nor where that backup is gone.
            let next = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
            try await place.service.remove(id, by: BackupPlace.author)
            await BackupScheduler(place.service, pool: place.system.followerPool, rehearsalDays: 7).rehearseIfDue()
            #expect(try await place.service.backup(next).rehearsedAt == nil)
        }
    }
}
