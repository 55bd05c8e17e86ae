import App
import Backups
import EventStore
import Foundation
import TestSupport
import Testing
import Time

/// Backups in a bucket of moto's server; boto3 looks at what is there.
@Suite(.enabled(if: S3Fixture.isThere, Comment(rawValue: S3Fixture.absence)))
struct BucketBackupTests {
    private static func open(
        _ server: S3Fixture,
        bucket: String = "daybook-tests/books",
        options: String = "",
        secret: String = S3Fixture.secretAccessKey,
        _ body: @escaping @Sendable (BackupPlace, S3Fixture) async throws -> Void
    ) async throws {
        let place = "s3://\(bucket)?region=us-east-1&endpoint=\(server.endpoint)\(options)"
        try await BackupPlace.open(
            offsite: place,
            environment: ["AWS_ACCESS_KEY_ID": S3Fixture.accessKeyID, "AWS_SECRET_ACCESS_KEY": secret]
        ) { try await body($0, server) }
    }

    private static func kind(_ body: () async throws -> Void) async -> BackupError.Kind? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? BackupError)?.kind
        }
    }

    @Test func backupsAreMadeVerifiedRestoredCountedAndRemovedInABucket() async throws {
        try await S3Fixture.run { server in
            try await Self.open(server) { (place, server) async throws -> Void in
                let service = place.service
                try await place.register(["ada", "bob"])
                let full = try await service.create(
                    BackupOrder(.full, repository: "offsite"),
                    by: BackupPlace.author
                ).manifest
                try await place.register(["cyd"])
                let increment = try await service.create(
                    BackupOrder(.incremental, repository: "offsite"),
                    by: BackupPlace.author
                ).manifest
                #expect(increment.base?.backupID == full.backupID)
                let report = try await service.verify(increment.backupID, .full, by: BackupPlace.author)
                #expect(report.isSound && report.events == increment.size, "\(report.findings)")
                let statistics = try await service.storageStatistics().first { $0.repository == "offsite" }
                #expect(statistics?.backups == 2 && statistics?.place == "s3://daybook-tests/books")
                let seen = try await server.look(
                    "print(sum(o['Size'] for o in s3.list_objects_v2(Bucket='daybook-tests', Prefix='books/')['Contents']))"
                )
                #expect(seen.trimmingCharacters(in: .whitespacesAndNewlines) == statistics.map { "\($0.bytes)" })
                try await place.restored(.init(), repository: "offsite") { (system, outcome) async throws -> Void in
                    #expect(outcome.certificate.size == increment.size)
                    #expect(try await system.findings().isEmpty)
                }
                #expect(
                    await Self.kind { try await service.remove(full.backupID, by: BackupPlace.author) } == .conflict
                )
                try await service.remove(increment.backupID, by: BackupPlace.author)
                try await service.remove(full.backupID, by: BackupPlace.author)
                let left = try await server.look("print(s3.list_objects_v2(Bucket='daybook-tests')['KeyCount'])")
                #expect(left.hasPrefix("0"))
            }
        }
    }

    @Test func aCopyThatWasInterruptedIsGoneOnWith() async throws {
        try await S3Fixture.run { server in
            try await Self.open(server) { (place, server) async throws -> Void in
                try await place.register(["ada", "bob"])
                let id = try await place.service.createFullBackup(by: BackupPlace.author).manifest.backupID
                try await server.fail([(method: "PUT", contains: "checkpoints-", status: 403, after: 0, times: 1)])
                #expect(
                    await Self.kind {
                        _ = try await place.service.copy(id, to: "offsite", by: BackupPlace.author)
                    } == .inaccessible
                )
                let half = try await place.service.repository("offsite").backups()
                #expect(half.map(\.backupID) == [id] && half.map(\.isFinished) == [false])
                #expect(try await place.service.backup(id).places == ["main"])
                try await server.fail([])
                _ = try await place.service.copy(id, to: "offsite", by: BackupPlace.author)
                // Only what had not arrived is sent.
                #expect(try await server.count("PUT", "events-") == 0)
                #expect(try await server.count("PUT", "checkpoints-") == 1)
                let report = try await place.service.verify(id, .full, in: "offsite", by: BackupPlace.author)
                #expect(report.isSound, "\(report.findings)")
                #expect(try await place.service.backup(id).places.sorted() == ["main", "offsite"])
            }
        }
    }

    @Test func whatIsDamagedInABucketIsFound() async throws {
        try await S3Fixture.run { server in
            try await Self.open(server) { (place, server) async throws -> Void in
                try await place.register(["ada"])
                let id = try await place.service.create(
                    BackupOrder(.full, repository: "offsite"),
                    by: BackupPlace.author
                ).manifest.backupID
                for change in [
                    "b=bytearray(s3.get_object(Bucket=B,Key=k)['Body'].read()); b[len(b)//2]^=1; s3.put_object(Bucket=B,Key=k,Body=bytes(b))",
                    "s3.delete_object(Bucket=B,Key=k)",
                ] {
                    try await server.look("B='daybook-tests'; k='books/\(id)/events-000000000000.seg'; \(change)")
                    let report = try await place.service.verify(id, .full, by: BackupPlace.author)
                    #expect(report.findings.first?.file == "events-000000000000.seg")
                }
                try await server.look("s3.delete_object(Bucket='daybook-tests', Key='books/\(id)/manifest.note')")
                #expect(try await !place.service.verify(id, .quick, by: BackupPlace.author).isSound)
            }
        }
    }

    @Test func aBackupInUseIsNotRemovedAndOneThatIsRemovedIsNotUsed() async throws {
        try await S3Fixture.run { server in
            try await Self.open(server) { (place, server) async throws -> Void in
                let id = try await place.service.create(
                    BackupOrder(.full, repository: "offsite"),
                    by: BackupPlace.author
                ).manifest.backupID
                let storage = try place.service.repository("offsite")
                let hold = try #require(try await storage.hold(id))
                let other = try #require(try await storage.hold(id))
                #expect(try await storage.claim(id) == nil)
                #expect(await Self.kind { try await place.service.remove(id, by: BackupPlace.author) } == .conflict)
                await hold.release()
                await other.release()
                let claim = try #require(try await storage.claim(id))
                #expect(try await storage.hold(id) == nil)
                #expect(try await storage.claim(id) == nil)
                await claim.release()
                try await place.service.remove(id, by: BackupPlace.author)
            }
        }
    }

    @Test func aLockedBackupStaysUntilItsDayAndSoDoesWhatItRestsOn() async throws {
        try await S3Fixture.run { server in
            try await Self.open(server, bucket: "daybook-locked", options: "&lock=compliance&lockDays=3") {
                (place, server) async throws -> Void in
                /// For how many days the first file of a name that begins so is locked.
                func days(_ id: String, _ file: String) async throws -> Int64 {
                    let text = try await server.look(
                        """
                        B='daybook-locked'; k=s3.list_objects_v2(Bucket=B, Prefix='\(id)/\(file)')['Contents'][0]['Key']
                        print(s3.head_object(Bucket=B, Key=k)['ObjectLockRetainUntilDate'].timestamp())
                        """
                    )
                    let until = Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
                    return Int64(((until - Date().timeIntervalSince1970) / 86_400).rounded())
                }
                let service = place.service
                let full = try await service.create(
                    BackupOrder(.full, repository: "offsite"),
                    by: BackupPlace.author
                ).manifest.backupID
                for file in ["events-", "checkpoints-", "manifest.note"] {
                    #expect(try await days(full, file) == 3)
                }
                #expect(await Self.kind { try await service.remove(full, by: BackupPlace.author) } == .conflict)
                let pruned = try await service.prune(BackupRetention(last: 1), in: "offsite", by: BackupPlace.author)
                #expect(pruned.removed.isEmpty)
                try await place.register(["ada"])
                let increment = try await service.create(
                    BackupOrder(.incremental, repository: "offsite", keepDays: 30),
                    by: BackupPlace.author
                ).manifest.backupID
                for id in [full, increment] {
                    #expect(try await days(id, "manifest.note") == 30)
                    #expect(try await days(id, "checkpoints-") == 30)
                }
                // An increment that was written later, locked as it was written, does not keep its base from being locked as long.
                let storage = try service.repository("offsite")
                let later = Timestamp.now() + .seconds(40 * 86_400)
                try await storage.lock([increment], days: nil, now: later)
                try await storage.lock([full, increment], days: nil, now: later)
                #expect(try await days(full, "manifest.note") == 43)
            }
        }
    }

    @Test func aWrongSecretIsToldWithoutShowingIt() async throws {
        try await S3Fixture.run { server in
            try await Self.open(server, secret: "hush-hush-hush") { (place, _) async throws -> Void in
                do {
                    _ = try await place.service.create(
                        BackupOrder(.full, repository: "offsite"),
                        by: BackupPlace.author
                    )
                    Issue.record("It was taken.")
                } catch let error as BackupError {
                    #expect(error.kind == .inaccessible)
                    #expect(error.detail?.contains("SignatureDoesNotMatch") == true)
                    #expect(!"\(error)".contains("hush"))
                }
            }
        }
    }

    @Test func repositoriesInBucketsAreReadFromTheSettingsOrRefused() throws {
        let keys = ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"]
        func settings(_ place: String, _ more: [String: String]) throws -> BackupSettings {
            try DaybookConfiguration(
                environment: ["DAYBOOK_BACKUP_REPOSITORIES": "main=/b,off=\(place)"].merging(more) { $1 }
            ).backups
        }
        let good = "s3://books/a/b?region=eu-central-1&lock=governance&lockDays=30&profile=p"
        #expect(try settings(good, keys).storages().map(\.place) == ["/b", "s3://books/a/b"])
        for bad in [
            "s3://", "s3://B", "s3://books?endpoint=ftp://h", "s3://books?lock=governance", "s3://books?lockDays=3",
            "s3://books?lock=x&lockDays=3", "s3://books?style=round", "s3://books?color=red", "s3://books/../a",
        ] {
            #expect(throws: ConfigurationError.self) { try settings(bad, keys) }
        }
        #expect(throws: ConfigurationError.self) { try settings(good, ["AWS_ACCESS_KEY_ID": "A"]) }
        #expect(throws: ConfigurationError.self) { try settings(good, [:]).storages() }
    }
}
