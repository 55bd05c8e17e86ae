/// A failure of the database, of the way to it, or of how it was asked.
package struct PostgresError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is, for decisions.
    package enum Code: Sendable, Hashable {
        /// The server refused the statement. The connection stays usable.
        case server(SQLState)
        /// The connection broke; whether the statement took effect is unknown.
        case connectionLost
        /// No server could be reached.
        case connectionFailed
        /// The time allowed ran out; the statement was cancelled on the server.
        case deadlineExceeded
        /// The calling task was cancelled; so was the statement on the server.
        case cancelled
        /// Every connection was lent, and none came back in time; or too many callers wait already.
        case poolExhausted
        /// The connection or pool was closed by its owner.
        case closed
        /// A value could not be read as the type that was asked for.
        case decoding
        /// The connection string cannot be understood.
        case invalidConfiguration
        /// The call does not fit the state of the connection.
        case misuse
    }

    package var code: Code
    /// What happened and what to do about it. Holds no parameters, row values or secrets.
    package var message: String
    /// What the server said, where it was the server that spoke.
    package var server: ServerDiagnostics? { details?.server }
    /// The text of the statement, without its parameters.
    package var query: String? { details?.query }
    /// Which statement of a pipeline or script failed, from 0.
    package var statementIndex: Int? { details?.statementIndex }

    // Boxed: an error is passed through many frames, and the details are long.
    private final class Details: Sendable {
        let server: ServerDiagnostics?
        let query: String?
        let statementIndex: Int?

        init(server: ServerDiagnostics?, query: String?, statementIndex: Int?) {
            self.server = server
            self.query = query
            self.statementIndex = statementIndex
        }
    }
    private var details: Details?

    package init(
        _ code: Code,
        _ message: String,
        server: ServerDiagnostics? = nil,
        query: String? = nil,
        statementIndex: Int? = nil
    ) {
        self.code = code
        self.message = message
        if server != nil || query != nil || statementIndex != nil {
            details = Details(server: server, query: query, statementIndex: statementIndex)
        }
    }

    /// The same failure, naming the statement that met it.
    package func during(query: String?, statementIndex: Int? = nil) -> PostgresError {
        PostgresError(
            code,
            message,
            server: server,
            query: self.query ?? query,
            statementIndex: self.statementIndex ?? statementIndex
        )
    }

    package var sqlState: SQLState? { server?.sqlState }
    package var severity: String? { server?.severity }
    package var detail: String? { server?.detail }
    package var hint: String? { server?.hint }
    package var position: Int? { server?.position }
    package var context: String? { server?.context }
    package var schema: String? { server?.schema }
    package var table: String? { server?.table }
    package var column: String? { server?.column }
    package var constraint: String? { server?.constraint }

    /// Whether the same transaction, tried again from its start, may succeed.
    package var isRetryable: Bool {
        switch code {
        case .server(.serializationFailure), .server(.deadlockDetected): true
        default: false
        }
    }

    /// Whether the database could not be reached or was lost, rather than having refused.
    package var isUnavailable: Bool {
        switch code {
        case .connectionLost, .connectionFailed, .poolExhausted: true
        case .server(let state): state.conditionClass == "57" && state != .queryCanceled || state.conditionClass == "53"
        default: false
        }
    }

    /// Leaves out `detail`, which may quote row values.
    package var description: String {
        var text = "PostgresError(\(code)): \(message)"
        if let hint { text += " Hint: \(hint)" }
        if let constraint { text += " [constraint \(constraint)]" }
        if let statementIndex { text += " [statement \(statementIndex)]" }
        if let query { text += " [query: \(query.prefix(300))]" }
        return text
    }
}

extension PostgresError.Code: CustomStringConvertible {
    package var description: String {
        switch self {
        case .server(let state): "SQLSTATE \(state)"
        case .connectionLost: "connectionLost"
        case .connectionFailed: "connectionFailed"
        case .deadlineExceeded: "deadlineExceeded"
        case .cancelled: "cancelled"
        case .poolExhausted: "poolExhausted"
        case .closed: "closed"
        case .decoding: "decoding"
        case .invalidConfiguration: "invalidConfiguration"
        case .misuse: "misuse"
        }
    }
}
