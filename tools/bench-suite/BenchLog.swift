import EventStore
import Foundation
import Postgres
import PostgresServer

/// A log by itself on a private PostgreSQL that flushes like a real one: no read models follow it.
struct BenchLog: Sendable {
    let store: EventStore
    let configuration: PostgresConfiguration

    static func withLog<R: Sendable>(
        _ directory: URL,
        _ body: @Sendable (BenchLog) async throws -> R
    ) async throws -> R {
        try await PrivateCluster.withCluster(dataDirectory: directory.path, logger: BenchSystem.quiet) { url in
            let configuration = try PostgresConfiguration(url: url)
            let connection = try await PostgresConnection.connect(configuration, logger: BenchSystem.quiet)
            _ = try await LogSchema.migrate(connection, logger: BenchSystem.quiet)
            await connection.close()
            let pool = PostgresPool(configuration: configuration, logger: BenchSystem.quiet)
            let store = EventStore(
                configuration: configuration,
                pool: pool,
                keys: KeyStore(directory: directory.appendingPathComponent("keys")),
                logger: BenchSystem.quiet
            )
            let running = Task { try await store.run() }
            try await store.openLog(origin: "daybook/bench")
            let result = try await body(BenchLog(store: store, configuration: configuration))
            running.cancel()
            try await running.value
            await pool.close()
            return result
        }
    }
}
