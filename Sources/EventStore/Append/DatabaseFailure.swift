import Postgres

/// What an error of PostgreSQL means for an append.
enum DatabaseFailure: Equatable {
    /// The database is away; nothing was recorded.
    case unavailable
    /// The answer to a commit never came.
    case outcomeUnknown
    /// Somebody else appended first.
    case movedOn
    /// The database has other inline projections than this program; nothing was recorded, nor will be.
    case outdated
    /// The database said no to the contents.
    case refusal

    init(_ error: any Error) {
        if error is LogMovedOn {
            self = .movedOn
            return
        }
        guard let error = error as? PostgresError ?? (error as? PostgresTransactionError)?.postgres else {
            self = .unavailable
            return
        }
        switch error.code {
        case .connectionLost, .deadlineExceeded, .cancelled: self = .outcomeUnknown
        case .server(.serializationFailure), .server(.deadlockDetected): self = .movedOn
        case .server(.otherReadModels): self = .outdated
        // There is an event beyond the end of the log. Whoever put it there, it was not for the requests at hand.
        case .server(.uniqueViolation) where error.constraint == "events_pkey": self = .unavailable
        case .server(let state): self = error.isUnavailable || Self.isPassing(state) ? .unavailable : .refusal
        default: self = .unavailable
        }
    }

    /// Whether the refusal has nothing to do with the contents: the statement was cancelled, a lock not had in time, the
    /// server is a standby, or its disk or memory failed.
    private static func isPassing(_ state: SQLState) -> Bool {
        [.queryCanceled, "55P03", "25006"].contains(state) || ["53", "57", "58"].contains(state.conditionClass)
    }
}
