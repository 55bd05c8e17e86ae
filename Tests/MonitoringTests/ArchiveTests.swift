import EventStore
import Events
import Foundation
import JSON
import Logging
import MerkleLog
import Postgres
import ProjectionEngine
import TestSupport
import Testing
import Time

@testable import Monitoring

/// Payloads on their way out of the database.
@Suite struct ArchiveTests {
    private struct Place: Sendable {
        let log: LogFixture
        let engine: ProjectionEngine
        let directory: String
        let archive: ArchiveService
        let later = Timestamp.now() + .seconds(400 * 86_400)
        let actor = MonitoringActor(id: "keeper")

        func service(keyFile: String? = nil) throws -> ArchiveService {
            try ArchiveService(
                store: log.store,
                pool: log.pool,
                reader: MonitoringReader(store: log.store, pool: log.pool, engine: engine, patience: .seconds(20)),
                policy: RetentionPolicy(auditDays: 365),
                directory: directory,
                keyFile: keyFile,
                registry: PrometheusRegistry(),
                logger: LogFixture.quiet
            )
        }

        func count(_ condition: String) async throws -> Int64 {
            try await log.pool.query("select count(*) from log.events where \(unescaped: condition)").first?
                .decode(Int64.self) ?? -1
        }

        func verify() async throws -> VerificationReport {
            try await LogVerifier(pool: log.pool).verify(trustedKeys: log.keys.verifiers())
        }

        var folders: [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).filter { !$0.hasPrefix(".") }
                .sorted()
        }
    }

    /// Lends a log with entries, accesses and registrations.
    ///
    /// - Parameter ageless: whether the database's own floors are taken away, which nothing of the product can do:
    ///   what a test records is seconds old.
    private func withPlace(ageless: Bool = true, _ body: @Sendable (Place) async throws -> Void) async throws {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            let pool = PostgresPool(
                configuration: try PostgresConfiguration(url: url),
                maximumConnections: 6,
                logger: LogFixture.quiet
            )
            let running = Task { try await pool.run() }
            let engine = try ProjectionEngine(pool: pool, logger: LogFixture.quiet)
            try await engine.prepare()
            if ageless {
                try await Psql.run(
                    """
                    create or replace function log.retention_floor(type text) returns interval
                    language sql immutable as $$
                        select case when type like 'logs.entry' or type like 'logs.re%-%' or type like 'logs.health-checked'
                            or type in ('audit.access-logged', 'audit.history-queried', 'rbac.access-checked',
                                'rbac.decisions-recorded')
                            then interval '-1 second' end
                    $$
                    """,
                    on: url
                )
            }
            let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
                "archive-\(UUID().uuidString)"
            )
            defer { try? FileManager.default.removeItem(at: directory) }
            let following = Task { try await engine.run() }
            try await LogFixture.withLog(at: url, inline: engine.inlineProjections) { log in
                try await Self.fill(log.store)
                var place = Place(
                    log: log,
                    engine: engine,
                    directory: directory.path,
                    archive: try Self.none(log, engine, directory.path)
                )
                place = Place(log: log, engine: engine, directory: directory.path, archive: try place.service())
                try await body(place)
            }
            following.cancel()
            _ = await following.result
            running.cancel()
            _ = await running.result
        }
    }

    private static func none(_ log: LogFixture, _ engine: ProjectionEngine, _ directory: String) throws
        -> ArchiveService
    {
        try ArchiveService(
            store: log.store,
            pool: log.pool,
            reader: MonitoringReader(store: log.store, pool: log.pool, engine: engine),
            policy: RetentionPolicy(),
            directory: directory,
            keyFile: nil,
            logger: LogFixture.quiet
        )
    }

    private static func fill(_ store: EventStore) async throws {
        for index in 0..<40 {
            let entry = Logs.Entry(level: .info, message: "entry \(index)", logger: "test", loggedAt: .now())
            let access = Audit.AccessLogged(
                userID: "ada",
                action: "view",
                resource: "grade",
                resourceID: "g-\(index)",
                status: "success",
                ipAddress: "192.0.2.1"
            )
            let user = Identity.UserRegistered(userID: "user-\(index)", kind: .person, name: "Somebody")
            _ = try await store.append(
                AppendRequest(
                    streams: [
                        StreamAppend(stream: "log-entries", events: [NewEvent(entry)]),
                        StreamAppend(stream: "access-log-ada", events: [NewEvent(access)]),
                        StreamAppend(stream: "user-\(index)", events: [NewEvent(user)]),
                    ],
                    actor: "test"
                )
            )
        }
    }

    @Test func payloadsAreArchivedReleasedAndTheLogStillHolds() async throws {
        try await withPlace { place in
            let outcome = try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            #expect(outcome.archived == 80 && outcome.released == 80)
            #expect(outcome.archives.count == 2)
            #expect(try await place.count("data is null") == 80)
            #expect(try await place.count("data is null and type like 'identity.%'") == 0)
            // Headers and leaves stay.
            #expect(try await place.count("type = 'logs.entry' and leaf is not null and data_digest is not null") == 40)
            let report = try await place.verify()
            #expect(report.holds, "\(report.findings)")
            #expect(report.released == 80)
            #expect(report.archived.map(\.count).reduce(0, +) == 80)
            #expect(Set(report.archived.compactMap(\.archiveID)) == Set(outcome.archives.map(\.archiveID)))
            // Every event is proved as before.
            let proof = try await place.log.store.prover.proof(of: 5)
            let event = try #require(try await place.log.store.reader.event(at: 5))
            #expect(event.isIntact)
            _ = proof
            // Nothing is archived twice.
            let again = try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            #expect(again.archived == 0 && again.released == 0)
        }
    }

    @Test func anArchiveIsReadBackAndWhateverIsChangedInItIsFound() async throws {
        try await withPlace { place in
            _ = try await place.archive.archive(olderThanDays: 1, releases: false, by: place.actor, now: place.later)
            #expect(try await place.count("data is null") == 0)
            let keys = try place.log.keys.verifiers()
            for name in place.folders {
                let folder = "\(place.directory)/\(name)"
                let archive = try ArchiveReader(folder: folder, verifiers: keys, key: nil)
                #expect(try await archive.check() == 40)
                #expect(archive.manifest.origin == "test.example/log")
                let text = String(
                    decoding: try ArchiveDirectory.read("\(folder)/\(ArchiveManifest.fileName)"),
                    as: UTF8.self
                )
                #expect(!text.contains("192.0.2.1"))
                let file = "\(folder)/\(archive.manifest.segments[0].file)"
                // The format is that of the tool.
                let plain = try await Program.run("/usr/bin/env", ["lz4", "-dc", file]).output
                #expect(plain.split(separator: "\n").count == 40)
                #expect(!plain.contains("192.0.2.1"))
                let bytes = try ArchiveDirectory.read(file)
                for index in stride(from: 0, to: bytes.count, by: 97) {
                    var changed = bytes
                    changed[index] ^= 1
                    try Data(changed).write(to: URL(fileURLWithPath: file))
                    await #expect(throws: (any Error).self) { try await archive.check() }
                }
                try Data(bytes).write(to: URL(fileURLWithPath: file))
                let manifest = "\(folder)/\(ArchiveManifest.fileName)"
                try Data(text.replacingOccurrences(of: "\"events\":40", with: "\"events\":39").utf8)
                    .write(to: URL(fileURLWithPath: manifest))
                #expect(throws: (any Error).self) {
                    try ArchiveReader(folder: folder, verifiers: keys, key: nil)
                }
            }
        }
    }

    @Test func withAKeyArchivesAreEncrypted() async throws {
        try await withPlace { place in
            let keyFile = "\(NSTemporaryDirectory())/key-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: keyFile) }
            try Data(String(repeating: "ab", count: 32).utf8).write(to: URL(fileURLWithPath: keyFile))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: keyFile)
            #expect(throws: MonitoringError.self) { try ArchiveKey(file: keyFile) }
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keyFile)
            let outcome = try await place.service(keyFile: keyFile)
                .archive(olderThanDays: 1, by: place.actor, now: place.later)
            #expect(outcome.released == 80)
            let folder = "\(place.directory)/\(outcome.archives[0].archiveID)"
            let keys = try place.log.keys.verifiers()
            let bytes = try ArchiveDirectory.read("\(folder)/\(outcome.archives[0].segments[0].file)")
            #expect(!bytes.starts(with: [0x04, 0x22, 0x4D, 0x18]))
            let archive = try ArchiveReader(folder: folder, verifiers: keys, key: try ArchiveKey(file: keyFile))
            #expect(try await archive.check() == 40)
            let without = try ArchiveReader(folder: folder, verifiers: keys, key: nil)
            await #expect(throws: MonitoringError.self) { try await without.check() }
            try Data(String(repeating: "ac", count: 32).utf8).write(to: URL(fileURLWithPath: keyFile))
            let wrong = try ArchiveReader(folder: folder, verifiers: keys, key: try ArchiveKey(file: keyFile))
            await #expect(throws: (any Error).self) { try await wrong.check() }
        }
    }

    @Test func nothingIsReleasedWhereTheArchiveCannotBeWritten() async throws {
        try await withPlace { place in
            try Data().write(to: URL(fileURLWithPath: place.directory))
            let error = await #expect(throws: MonitoringError.self) {
                try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            }
            #expect(try await place.count("data is null") == 0)
            #expect(try await place.count("type = 'logs.archived'") == 0)
            // Who asked hears no path; whoever runs the server finds it in the error.
            #expect(error?.message.contains(place.directory) == false)
            #expect(error?.description.contains(place.directory) == true)
            #expect(place.archive.isFailing)
            try FileManager.default.removeItem(atPath: place.directory)
            _ = try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            #expect(!place.archive.isFailing)
        }
    }

    @Test func nothingIsReleasedOnTheWordOfAnArchiveThatIsGone() async throws {
        try await withPlace { place in
            let made = try await place.archive.archive(
                olderThanDays: 1,
                releases: false,
                by: place.actor,
                now: place.later
            )
            let away = place.directory + "-away"
            defer { try? FileManager.default.removeItem(atPath: away) }
            try FileManager.default.moveItem(atPath: place.directory, toPath: away)
            let refusal = await #expect(throws: MonitoringError.self) {
                try await place.archive.clear(olderThanDays: 1, words: nil, by: place.actor, now: place.later)
            }
            #expect(refusal?.code == .conflict)
            #expect(made.archives.contains { refusal?.message.contains($0.archiveID) == true })
            #expect(refusal?.message.hasSuffix(ArchiveService.words(80)) == true)
            #expect(try await place.count("data is null") == 0)
            // Brought back with one file that is not what it was: what the other archive holds may go, this may not.
            try FileManager.default.moveItem(atPath: away, toPath: place.directory)
            let damaged = "\(place.directory)/\(made.archives[0].archiveID)/\(made.archives[0].segments[0].file)"
            var bytes = try ArchiveDirectory.read(damaged)
            bytes[bytes.count / 2] ^= 1
            try Data(bytes).write(to: URL(fileURLWithPath: damaged))
            let second = await #expect(throws: MonitoringError.self) {
                try await place.archive.clear(olderThanDays: 1, words: nil, by: place.actor, now: place.later)
            }
            #expect(second?.message.contains(made.archives[0].archiveID) == true)
            #expect(second?.message.contains(made.archives[1].archiveID) == false)
            #expect(second?.message.hasSuffix(ArchiveService.words(40)) == true)
            #expect(try await place.count("data is null") == 0)
            // What it held is archived anew, and is released by that.
            let again = try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            #expect(again.archived == 40 && again.released == 80)
            let report = try await place.verify()
            #expect(report.holds, "\(report.findings)")
            let ids = Set(report.archived.compactMap(\.archiveID))
            #expect(ids == [again.archives[0].archiveID, made.archives[1].archiveID])
        }
    }

    @Test func anotherArchiveUnderTheSameNameIsNotTheOneThatWasRecorded() async throws {
        try await withPlace { place in
            let made = try await place.archive.archive(
                olderThanDays: 1,
                releases: false,
                by: place.actor,
                now: place.later
            )
            // Signed by the log and whole, but of other events.
            let folder = "\(place.directory)/\(made.archives[0].archiveID)"
            try FileManager.default.removeItem(atPath: folder)
            try FileManager.default.copyItem(
                atPath: "\(place.directory)/\(made.archives[1].archiveID)",
                toPath: folder
            )
            await #expect(throws: MonitoringError.self) {
                try await place.archive.clear(olderThanDays: 1, words: nil, by: place.actor, now: place.later)
            }
            #expect(try await place.count("data is null") == 0)
        }
    }

    @Test func whatAKilledServerLeftBehindIsTakenAwayAndTwoNeverArchiveAtOnce() async throws {
        try await withPlace { place in
            let left = "\(place.directory)/.0190-left.partial"
            try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
            try Data("half".utf8).write(to: URL(fileURLWithPath: "\(left)/000001.ndjson.lz4"))
            let hold = try ArchiveDirectory(path: place.directory).hold()
            #expect(!FileManager.default.fileExists(atPath: left))
            let refusal = await #expect(throws: MonitoringError.self) {
                try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            }
            #expect(refusal?.code == .conflict)
            hold.release()
            let outcome = try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            #expect(outcome.released == 80)
        }
    }

    @Test func whatIsNotArchivedIsGivenUpInWordsOnly() async throws {
        try await withPlace { place in
            let refusal = await #expect(throws: MonitoringError.self) {
                try await place.archive.clear(olderThanDays: 1, words: "yes", by: place.actor, now: place.later)
            }
            #expect(refusal?.code == .conflict)
            #expect(refusal?.message.hasSuffix("give up 80 payloads that are not archived") == true)
            #expect(try await place.count("data is null") == 0)
            _ = try await place.archive.archive(olderThanDays: 1, releases: false, by: place.actor, now: place.later)
            let cleared = try await place.archive.clear(olderThanDays: 1, words: nil, by: place.actor, now: place.later)
            #expect(cleared.released == 80)
            #expect(try await place.verify().holds)
        }
    }

    @Test func withTheWordsItIsGivenUpAndTheLogSaysSo() async throws {
        try await withPlace { place in
            let words = ArchiveService.words(80)
            let cleared = try await place.archive.clear(
                olderThanDays: 1,
                words: words,
                by: place.actor,
                now: place.later
            )
            #expect(cleared.released == 80)
            let report = try await place.verify()
            #expect(report.holds, "\(report.findings)")
            #expect(report.archived.allSatisfy { $0.archiveID == nil })
            let releases = try await place.log.store.reader.events(from: 0, types: [Logs.PayloadsReleased.type])
            #expect(try releases.allSatisfy { try $0.decode(Logs.PayloadsReleased.self).reason == words })
        }
    }

    @Test func dataThatGoesWithoutAnEventIsFound() async throws {
        try await withPlace { place in
            _ = try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            let position =
                try await place.log.pool.query("select max(position) from log.events where type like 'identity.%'")
                .first?.decode(Int64.self) ?? 0
            try await Psql.run(
                "update log.events set data = null, data_digest = sha256(convert_to(data::text, 'UTF8')) where position = \(position)",
                on: place.log.url
            )
            let report = try await place.verify()
            #expect(report.findings.map(\.kind) == [.missingData])
            #expect(report.firstBadPosition == position)
        }
    }

    @Test func readModelsAreTheSameReplayedAfterARelease() async throws {
        try await withPlace { place in
            _ = try await place.archive.archive(olderThanDays: 1, by: place.actor, now: place.later)
            let size = try await place.log.store.head().size
            for name in ["logs", "audit"] {
                try await place.engine.wait(for: name, toHold: size, deadline: .seconds(20))
                let check = try await place.engine.check(name)
                #expect(check.isEqual, "\(check)")
            }
            #expect(try await place.engine.status().allSatisfy { $0.isHealthy })
        }
    }

    @Test func theDatabaseItselfHoldsToTheFloors() async throws {
        try await withPlace(ageless: false) { place in
            // Whatever is recorded as released, what is younger than its floor stays.
            let event = Logs.PayloadsReleased(
                types: ["logs.entry", "audit.access-logged", "identity.user-registered"],
                fromPosition: 0,
                toPosition: 1_000
            )
            _ = try await place.log.store.append(
                AppendRequest(streams: [StreamAppend(stream: "archives", events: [NewEvent(event)])], actor: "mallory")
            )
            #expect(try await place.count("data is null") == 0)
            for kind in RetentionPolicy.Kind.allCases {
                for type in RetentionPolicy.types(of: kind) {
                    let rows = try await place.log.pool.query(
                        "select extract(epoch from log.retention_floor(\(type.rawValue)))::bigint / 86400"
                    )
                    #expect(try rows.first?.decode(Int64.self) == Int64(RetentionPolicy.floor(of: kind)), "\(type)")
                }
            }
            let others = EventCatalogue.all.map(\.type).filter { type in
                !RetentionPolicy.Kind.allCases.contains { RetentionPolicy.types(of: $0).contains(type) }
            }
            for type in others {
                let rows = try await place.log.pool.query("select log.retention_floor(\(type.rawValue)) is null")
                #expect(try rows.first?.decode(Bool.self) == true, "\(type)")
            }
        }
    }

    @Test func aRetentionBelowItsFloorIsRaisedToIt() {
        let policy = RetentionPolicy(operationalDays: 0, auditDays: 1)
        #expect(policy.days(.operational) == 1 && policy.days(.audit) == 365)
        let now = Timestamp.now()
        #expect(policy.cutoff(.audit, olderThanDays: 1, now: now) == now - .seconds(365 * 86_400))
        #expect(policy.cutoff(.operational, olderThanDays: 90, now: now) == now - .seconds(90 * 86_400))
    }
}
