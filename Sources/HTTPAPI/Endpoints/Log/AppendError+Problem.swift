import EventStore
import JSON

extension AppendError: ProblemConvertible {
    package var problem: Problem {
        switch code {
        case .versionConflict(_, let current):
            return current.map { .versionConflict(current: $0, message) } ?? Problem(.versionConflict, message)
        case .conditionFailed, .idReused: return Problem(.conflict, message)
        case .idempotencyKeyReused: return Problem(.idempotencyKeyReused, message)
        case .overloaded(let milliseconds): return .unavailable(retryAfter: .milliseconds(milliseconds), message)
        case .unavailable, .outcomeUnknown, .shuttingDown: return .unavailable(retryAfter: .seconds(1), message)
        case .invalidRequest: return Problem(.invalidBody, message)
        // Not the caller's doing, and maybe about the inside.
        case .refused: return Problem(.internalError, "The request could not be recorded. Nothing was changed.")
        }
    }
}
