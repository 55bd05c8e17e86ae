import Access
import App
import Audit
import Backups
import EventStore
import Exports
import Monitoring
import Postgres
import PostgresServer
import ProjectionEngine
import Recovery

extension CommandFailure {
    /// What any error of the product means for the person and for scripts. The one place where that is decided.
    init(_ error: any Error) {
        switch error {
        case let error as CommandFailure: self = error
        case let error as ConfigurationError: self.init(.usage, error.description)
        case let error as NoLogError: self.init(.usage, error.message)
        case let error as ServerError: self.init(.refused, error.message)
        case let error as AccessRefusal: self.init(Self.status(of: error.code), error.message)
        case let error as RecoveryError: self.init(.refused, error.message)
        case let error as KeyStoreError: self.init(.refused, error.message)
        case let error as LogSchema.SchemaError: self.init(.refused, error.message)
        case let error as AuditError: self.init(Self.status(of: error.code), error.message)
        case let error as BackupError: self.init(Self.status(of: error.kind), "\(error)")
        case let error as ExportError: self.init(Self.status(of: error.code), "\(error)")
        case let error as MonitoringError: self.init(.refused, "\(error)")
        case let error as ProjectionError: self.init(Self.status(of: error.code), error.message)
        case let error as AppendError: self.init(Self.status(of: error.code), error.message)
        case let error as LogReadError: self.init(Self.status(of: error.code), error.message)
        case let error as PrivateClusterError: self.init(.unavailable, error.message)
        case let error as PostgresTransactionError where !(error.cause is PostgresTransactionError):
            self.init(error.cause)
        case let error as PostgresError: self.init(error)
        case is CancellationError: self = .interrupted
        case let error as OutputStream.Failure: self.init(.failure, error.description)
        default: self.init(.failure, "\(error)")
        }
    }

    /// Ctrl-C.
    static let interrupted = CommandFailure(.failure, "Stopped before it was done.")

    private init(_ error: PostgresError) {
        if error.code == .cancelled {
            self = .interrupted
            return
        }
        let status: ExitStatus =
            switch error.code {
            case .invalidConfiguration: .usage
            case .deadlineExceeded: .unavailable
            case .server(let state) where state.conditionClass == "28" || state.conditionClass == "3D": .usage
            default: error.isUnavailable ? .unavailable : .failure
            }
        let hint = error.hint.map { "\n\($0)" } ?? ""
        self.init(status, "PostgreSQL: \(error.message)\(hint)")
    }

    private static func status(of code: AccessRefusal.Code) -> ExitStatus {
        switch code {
        case .invalid: .usage
        case .contended: .unavailable
        default: .refused
        }
    }

    private static func status(of kind: BackupError.Kind) -> ExitStatus {
        switch kind {
        case .invalid: .usage
        case .notFound, .conflict, .noSpace: .refused
        case .inaccessible, .locked: .failure
        case .damaged: .findings
        }
    }

    private static func status(of code: ExportError.Code) -> ExitStatus {
        switch code {
        case .invalid, .tooLarge: .usage
        case .notFound, .forbidden, .tooMany, .conflict, .gone: .refused
        case .unavailable: .unavailable
        case .damaged: .findings
        }
    }

    private static func status(of code: AuditError.Code) -> ExitStatus {
        switch code {
        case .behind, .notRecorded: .unavailable
        case .noSuchMoment, .notFound, .taken, .tooMany: .refused
        }
    }

    private static func status(of code: ProjectionError.Code) -> ExitStatus {
        switch code {
        case .unknownProjection: .usage
        case .notReached: .unavailable
        case .invalidDefinition: .failure
        default: .refused
        }
    }

    private static func status(of code: AppendError.Code) -> ExitStatus {
        switch code {
        case .overloaded, .unavailable, .outcomeUnknown, .shuttingDown: .unavailable
        case .invalidRequest: .usage
        default: .refused
        }
    }

    private static func status(of code: LogReadError.Code) -> ExitStatus {
        code == .malformed ? .findings : .refused
    }
}
