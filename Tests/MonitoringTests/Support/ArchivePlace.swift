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

/// A log with payloads that may go, and an archive directory.
struct ArchivePlace: Sendable {
    let log: LogFixture
    let engine: ProjectionEngine
    let directory: String
    let archive: ArchiveService
    let later = Timestamp.now() + .seconds(400 * 86_400)
    let actor = Author(id: "keeper")

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

    /// Lends a log with entries, accesses and registrations.
    ///
    /// - Parameter ageless: whether the database's own floors are taken away, which nothing of the product can do:
    ///   what a test records is seconds old.
    static func with(ageless: Bool = true, _ body: @Sendable (ArchivePlace) async throws -> Void) async throws {
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
                var place = ArchivePlace(
                    log: log,
                    engine: engine,
                    directory: directory.path,
                    archive: try Self.none(log, engine, directory.path)
                )
                place = ArchivePlace(log: log, engine: engine, directory: directory.path, archive: try place.service())
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
}
