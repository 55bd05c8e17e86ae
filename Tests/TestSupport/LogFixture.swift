package import EventStore
package import Foundation
package import Logging
package import Postgres

/// A log of a test's own in a fresh database, with its store running.
package struct LogFixture: Sendable {
    /// The URL of the database, as its superuser.
    package let url: String
    /// The running store.
    package let store: EventStore
    /// A pool of the superuser, who can do anything.
    package let pool: PostgresPool
    /// Where the signing keys are.
    package let keys: KeyStore

    /// Databases that begin with an empty, migrated log.
    package static let migrated = DatabaseTemplate("log") { url in
        let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url), logger: quiet)
        _ = try await LogSchema.migrate(connection, logger: quiet)
        await connection.close()
    }

    /// A logger that says nothing.
    package static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// Lends a place for keys, which is not there yet, and removes it afterwards.
    package static func withKeys<R: Sendable>(_ body: (URL) async throws -> R) async throws -> R {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "daybook-keys-\(UUID().uuidString)"
        )
        defer { try? FileManager.default.removeItem(at: directory) }
        return try await body(directory)
    }

    /// Limits under which nobody gives up because the machine is busy with other tests.
    package static var patient: AppendLimits {
        var limits = AppendLimits()
        limits.patience = .seconds(60)
        return limits
    }

    /// Lends an opened log.
    package static func withLog<R: Sendable>(
        inline: [InlineProjection] = [],
        limits: AppendLimits = patient,
        logger: Logger = quiet,
        _ body: (LogFixture) async throws -> R
    ) async throws -> R {
        try await PostgresFixture.withFreshDatabase(migrated) { url in
            try await withLog(at: url, inline: inline, limits: limits, logger: logger, body)
        }
    }

    /// Lends a store over a database that is there already: a further replica, when it shares the keys.
    package static func withLog<R: Sendable>(
        at url: String,
        keys: KeyStore? = nil,
        inline: [InlineProjection] = [],
        limits: AppendLimits = patient,
        logger: Logger = quiet,
        _ body: (LogFixture) async throws -> R
    ) async throws -> R {
        guard let keys else {
            return try await withKeys { directory in
                let keys = KeyStore(directory: directory)
                return try await withLog(at: url, keys: keys, inline: inline, limits: limits, logger: logger, body)
            }
        }
        let configuration = try PostgresConfiguration(url: url)
        let pool = PostgresPool(configuration: configuration, maximumConnections: 8, logger: logger)
        let store = EventStore(
            configuration: configuration,
            pool: pool,
            keys: keys,
            inline: inline,
            limits: limits,
            logger: logger
        )
        let poolTask = Task { try await pool.run() }
        let storeTask = Task { try await store.run() }
        func stop() async {
            storeTask.cancel()
            _ = await storeTask.result
            poolTask.cancel()
            _ = await poolTask.result
        }
        do {
            try await store.openLog(origin: "test.example/log")
            let result = try await body(LogFixture(url: url, store: store, pool: pool, keys: keys))
            await stop()
            return result
        } catch {
            await stop()
            throw error
        }
    }
}
