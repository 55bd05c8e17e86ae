import Backups

extension BackupError: ProblemConvertible {
    package var problem: Problem {
        switch kind {
        case .invalid: Problem(.invalidBody, message)
        case .notFound: Problem(.notFound, message)
        case .conflict, .damaged, .locked: Problem(.conflict, message)
        case .inaccessible, .noSpace: .unavailable(retryAfter: .seconds(60), message)
        }
    }
}
