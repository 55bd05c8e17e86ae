import Postgres

/// What an error of PostgreSQL means for an append.
enum DatabaseFailure: Equatable {
    /// The database is away; nothing was recorded.
    case unavailable
    /// The answer to a commit never came.
    case outcomeUnknown
    /// Somebody else appended first.
    case movedOn
    /// The database said no to the contents.
    case refusal

    init(_ error: any Error) {
        guard let error = error as? PostgresError ?? (error as? PostgresTransactionError)?.postgres else {
            self = .unavailable
            return
        }
        switch error.code {
        case .connectionLost, .deadlineExceeded, .cancelled: self = .outcomeUnknown
        case .server(.serializationFailure), .server(.deadlockDetected): self = .movedOn
        case .server: self = error.isUnavailable ? .unavailable : .refusal
        default: self = .unavailable
        }
    }
}
