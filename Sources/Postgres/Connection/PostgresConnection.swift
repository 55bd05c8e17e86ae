package import Logging
import Synchronization

/// One connection to the server.
///
/// Commands may be given from several tasks at once; they run one after another in the order in which they came.
/// Cancelling the calling task, or the end of a command's deadline, cancels the statement on the server; the connection
/// stays usable. A connection that broke refuses everything from then on: open another.
package actor PostgresConnection {
    package nonisolated let executor = ConnectionExecutor()
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package nonisolated let configuration: PostgresConfiguration
    nonisolated let limits: StatementLimits
    nonisolated let logger: Logger
    nonisolated let condition = Mutex(Condition())

    /// What others may ask without waiting for the connection's turn.
    struct Condition {
        var isOpen = false
        var descriptor: Int32 = -1
        /// Nothing under way, no transaction open.
        var isClean = true
    }

    var line: ServerLine?
    var commands = CommandQueue()
    var waiters: [CommandQueue.Turn: CheckedContinuation<Void, any Error>] = [:]
    /// What came of commands that had not begun to wait yet.
    var settled: [CommandQueue.Turn: Result<Void, PostgresError>] = [:]
    /// When the running command's time is up.
    var deadline: ContinuousClock.Instant?
    /// How long each step of the running command may take, if it has no deadline as a whole.
    var stepLimit: Duration?
    /// Whether the running command is left to the server: it is not to be cancelled there any more.
    var isLeftToServer = false
    /// Set while a stopped command's remains are being read; interruptions no longer count then.
    var isClearing = false
    var parked: ParkedCommand?
    var statements: StatementCache
    /// Prepared statements that the server may forget.
    var deallocations: [String] = []
    /// Open while a stream has the turn.
    var cursor: Cursor?

    /// Opens a connection to the first of the hosts that answers and fits.
    ///
    /// - Parameter limits: for statements that are given no deadline.
    package static func connect(
        _ configuration: PostgresConfiguration,
        logger: Logger,
        deadline: Duration? = nil,
        limits: StatementLimits = .none
    ) async throws -> PostgresConnection {
        let connection = PostgresConnection(configuration: configuration, limits: limits, logger: logger)
        try await connection.open(deadline: deadline)
        return connection
    }

    /// Lends a connection of one's own for the time of the closure, and closes it.
    package static func withConnection<R>(
        _ configuration: PostgresConfiguration,
        logger: Logger,
        deadline: Duration? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        let connection = try await connect(configuration, logger: logger, deadline: deadline)
        do {
            let value = try await withTaskExecutorPreference(connection.executor) { try await body(connection) }
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }

    private init(configuration: PostgresConfiguration, limits: StatementLimits, logger: Logger) {
        self.configuration = configuration
        self.limits = limits
        self.logger = logger
        statements = StatementCache(capacity: configuration.statementCacheSize)
    }

    /// Whether the connection has not broken and was not closed, as far as is known.
    package nonisolated var isHealthy: Bool {
        condition.withLock { $0.isOpen }
    }

    /// Closes at once. Commands that wait fail; one that is under way ends with an error.
    package func close() {
        shut(PostgresError(.closed, "The connection was closed."))
        if commands.running != nil {
            wake()
        } else {
            line = nil
        }
    }

    /// Nothing more can be sent.
    func shut(_ error: PostgresError) {
        condition.withLock { $0 = Condition() }
        for turn in commands.close(error) {
            settle(turn, .failure(error))
        }
    }

    /// The line, if it is fit for use.
    func openLine() throws -> ServerLine {
        if let closure = commands.closure { throw closure }
        guard let line else { throw PostgresError(.closed, "The connection is not open.") }
        return line
    }
}
