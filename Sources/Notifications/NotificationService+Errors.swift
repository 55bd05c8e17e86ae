import EventStore
import Postgres
import ProjectionEngine

extension NotificationService {
    /// Whether an error is of the database or of the moment, so that the same may go well later; else it is of the very thing
    /// that was tried, and holds up nothing beside it.
    static func mayPass(_ error: any Error) -> Bool {
        switch error {
        case let error as NotificationError: error.isPassing
        case let error as AppendError: error.code != .invalidRequest
        case is PostgresError, is ProjectionError, is CancellationError: true
        default: false
        }
    }
}

extension NotificationError {
    /// Whether the same may go well later.
    var isPassing: Bool {
        switch code {
        case .behind, .contended: true
        default: false
        }
    }
}
