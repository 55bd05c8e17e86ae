package import HTTPAPI
package import Postgres

/// A database that is away, or does not answer in time, is the server's trouble and will pass: 503, and when to try
/// again. What it said goes to the log and not to the client.
extension PostgresError: ProblemConvertible {
    package var problem: Problem {
        switch code {
        case .connectionLost, .connectionFailed, .closed:
            .unavailable(retryAfter: .seconds(1), "The database cannot be reached just now. Try again shortly.")
        case .poolExhausted, .deadlineExceeded:
            .unavailable(retryAfter: .seconds(2), "The database is too busy to answer in time. Try again shortly.")
        case .cancelled:
            .unavailable(retryAfter: .seconds(1), "The server is shutting down. Try again.")
        case .server(let state) where state.isPassing:
            .unavailable(retryAfter: .seconds(1), "The database cannot answer just now. Try again shortly.")
        case .server, .decoding, .invalidConfiguration, .misuse:
            Problem(.internalError, "The error has been logged under this answer's traceId.")
        }
    }
}

extension PostgresTransactionError: ProblemConvertible {
    package var problem: Problem {
        // What the body threw of its own accord is what the client is to hear.
        (cause as? any ProblemConvertible)?.problem
            ?? Problem(.internalError, "The error has been logged under this answer's traceId.")
    }
}

extension SQLState {
    /// Whether the server is starting, stopping, short of something or in somebody's way, rather than refusing: classes
    /// 40, 53, 57 and 08 of the PostgreSQL manual, appendix A.
    fileprivate var isPassing: Bool {
        ["08", "40", "53", "57"].contains(conditionClass)
    }
}
