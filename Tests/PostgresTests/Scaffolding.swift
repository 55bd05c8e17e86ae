import Logging
import Postgres
import TestSupport

let testLogger = Logger(label: "test.postgres.client")

/// Lends a connection to a database of the test's own.
func withConnection<R>(
    statementCacheSize: Int = 256,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (PostgresConnection) async throws -> R
) async throws -> R {
    try await PostgresFixture.withFreshDatabase { url in
        var configuration = try PostgresConfiguration(url: url)
        configuration.statementCacheSize = statementCacheSize
        return try await PostgresConnection.withConnection(configuration, logger: testLogger, body)
    }
}

/// Runs the closure and answers the error of the database that it threw.
func postgresError(
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Void
) async throws -> PostgresError? {
    do {
        try await body()
        return nil
    } catch let error as PostgresError {
        return error
    }
}
