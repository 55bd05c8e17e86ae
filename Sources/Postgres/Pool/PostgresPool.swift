package import Logging
import ServiceLifecycle
import Synchronization

/// Lends connections, up to a maximum, opening them as they are needed.
///
/// Works as soon as it is made; `run` keeps house and closes the pool at shutdown: callers that wait are refused, those
/// that hold a connection may finish.
package final class PostgresPool: Service {
    /// What a caller that waited is given.
    enum Grant: Sendable {
        case connection(PostgresConnection)
        case place
    }

    enum Seat: Sendable {
        case waiting(CheckedContinuation<Grant, any Error>)
        /// Served before it had sat down.
        case served(Result<Grant, PostgresError>)
    }

    struct Contents: ~Copyable {
        var state: PoolState<PostgresConnection>
        var seats: [UInt64: Seat] = [:]
        var lent: [ObjectIdentifier: PostgresConnection] = [:]
    }

    package let configuration: PostgresConfiguration
    package let maximumConnections: Int
    let limits: StatementLimits
    let logger: Logger
    let onConnect: (@Sendable (PostgresConnection) async throws -> Void)?
    let contents: Mutex<Contents>

    /// - Parameters:
    ///   - maximumWaiters: How many callers may wait for a connection before further ones are refused at once.
    ///   - limits: For statements that are given no deadline.
    ///   - onConnect: Runs on each new connection before it is lent, e.g. to set its search path.
    package init(
        configuration: PostgresConfiguration,
        maximumConnections: Int = 8,
        maximumWaiters: Int = 1024,
        limits: StatementLimits = .none,
        logger: Logger,
        onConnect: (@Sendable (PostgresConnection) async throws -> Void)? = nil
    ) {
        self.configuration = configuration
        self.maximumConnections = maximumConnections
        self.limits = limits
        self.logger = logger
        self.onConnect = onConnect
        contents = Mutex(
            Contents(state: PoolState(maximum: maximumConnections, maximumWaiters: maximumWaiters))
        )
    }

    /// Lends a connection for the time of the closure.
    ///
    /// A transaction that the closure left open is rolled back; a connection that broke is discarded. Unless it is
    /// isolated to an actor, the closure runs on the connection's own thread, so that its statements cost no change of
    /// thread.
    /// - Parameter deadline: How long to wait for a connection. What is done with it has deadlines of its own.
    package func withConnection<R>(
        deadline: Duration = .seconds(5),
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        let connection = try await lease(deadline)
        do {
            let value = try await withTaskExecutorPreference(connection.executor) { try await body(connection) }
            await release(connection)
            return value
        } catch {
            await release(connection)
            throw error
        }
    }

    /// Lends a connection within a transaction; throws `PostgresTransactionError`, or `PostgresError` if none was to
    /// be had.
    package func withTransaction<R>(
        isolation level: IsolationLevel = .readCommitted,
        readOnly: Bool = false,
        deadline: Duration = .seconds(5),
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        try await withConnection(deadline: deadline) { connection in
            try await connection.withTransaction(isolation: level, readOnly: readOnly, body)
        }
    }

    package func query(_ sql: SQL, deadline: Duration? = nil) async throws -> [PostgresRow] {
        try await withConnection { try await $0.query(sql, deadline: deadline) }
    }

    @discardableResult
    package func execute(_ sql: SQL, deadline: Duration? = nil) async throws -> Int {
        try await withConnection { try await $0.execute(sql, deadline: deadline) }
    }

    /// How the pool stands, for metrics and health.
    package var occupancy: (lent: Int, idle: Int, waiting: Int) {
        contents.withLock { ($0.state.lent, $0.state.idleCount, $0.state.waiterCount) }
    }
}
