import Events
import Postgres

/// Why an export was not made, as it is recorded: without paths, addresses, or what rows hold.
struct ExportFailure: Error, Sendable {
    typealias Cause = Events.Exports.Failed.Cause

    var cause: Cause
    var reason: String
    /// Whether trying again would come to the same.
    var isFinal: Bool

    init(_ cause: Cause, _ reason: String, isFinal: Bool) {
        self.cause = cause
        self.reason = reason
        self.isFinal = isFinal
    }

    init(_ error: any Error) {
        switch error {
        case let error as ExportFailure: self = error
        case let error as ExportError: self.init(error)
        case let error as Deadline.Passed:
            let minutes = max(1, error.duration.components.seconds / 60)
            self.init(.deadline, "It was not made within \(minutes) minutes.", isFinal: false)
        case let error as ExportStorageError: self.init(.storage, error.message, isFinal: false)
        case let error as PostgresTransactionError where !(error.cause is PostgresTransactionError):
            self.init(error.cause)
        case let error as PostgresError where error.isUnavailable:
            self.init(.unavailable, "The database could not be reached, or ended the connection.", isFinal: false)
        case is PostgresError:
            self.init(.internal, "The database refused the query of the report.", isFinal: false)
        default: self.init(.internal, "It could not be made; the server's log says more.", isFinal: false)
        }
    }

    private init(_ error: ExportError) {
        switch error.code {
        case .forbidden: self.init(.forbidden, error.message, isFinal: true)
        case .tooLarge: self.init(.tooLarge, error.message, isFinal: true)
        case .invalid: self.init(.invalid, String(error.description.prefix(900)).onOneLine, isFinal: true)
        case .unavailable: self.init(.unavailable, error.message, isFinal: false)
        default: self.init(.internal, error.message, isFinal: false)
        }
    }

    /// How long to wait after so many attempts: half a minute, then four times as long each.
    static func pause(after attempt: Int64) -> Duration {
        .seconds(30 << (2 * min(max(attempt - 1, 0), 4)))
    }
}

extension String {
    fileprivate var onOneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}
