import Notifications

extension NotificationError: ProblemConvertible {
    package var problem: Problem {
        switch code {
        case .notFound: Problem(.notFound, message)
        case .unknownRecipient(let pointer):
            Problem(.unknownRecipient, message, errors: [FieldProblem(pointer: pointer, message)])
        case .emptyAudience: Problem(.emptyAudience, message)
        case .invalid(let pointer): Problem(.invalidBody, message, errors: [FieldProblem(pointer: pointer, message)])
        case .noSuchMoment: Problem(.invalidParameter, message, errors: [FieldProblem(.query, "asOf", message)])
        case .behind: Problem.unavailable(retryAfter: .seconds(1), message)
        case .contended: Problem(.versionConflict, message)
        }
    }
}

extension ProblemKind {
    static let unknownRecipient = Self("unknown-recipient", .unprocessableContent, "Somebody is not there to be told")
    static let emptyAudience = Self("empty-audience", .unprocessableContent, "Nobody would be told")
}
