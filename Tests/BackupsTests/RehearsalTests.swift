import App
import Backups
import EventStore
import Postgres
import TestSupport
import Testing

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
        }
    }
}
