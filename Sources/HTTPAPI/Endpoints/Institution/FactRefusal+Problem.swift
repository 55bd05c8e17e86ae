import EventStore
import Institution
import JSON

extension FactRefusal: ProblemConvertible {
    package var problem: HTTPAPI.Problem {
        let errors: [FieldProblem] = problems.map { FieldProblem(pointer: $0.pointer, $0.message) }
        let detail = problems.count == 1 && code != .invalid ? "\(problems[0].pointer): \(message)" : message
        return switch code {
        case .unknownType: HTTPAPI.Problem(.unknownEventType, detail, errors: errors)
        case .invalid: HTTPAPI.Problem(.invalidBody, detail, errors: errors)
        case .future: HTTPAPI.Problem(.futureEvent, detail, errors: errors)
        case .unknownReference: HTTPAPI.Problem(.unknownReference, detail, errors: errors)
        case .exists: HTTPAPI.Problem(.alreadyThere, detail, errors: errors)
        case .standing: HTTPAPI.Problem(.standsOtherwise, detail, errors: errors)
        case .idReused: HTTPAPI.Problem(.eventIDReused, detail, errors: errors)
        case .forbidden(let permission, let branch): .missingPermission(permission, in: .branch(branch))
        case .contended: HTTPAPI.Problem(.versionConflict, detail)
        }
    }
}

extension FactOutcome {
    /// What the sender hears of a fact that is not in the log.
    var problem: Problem? {
        switch self {
        case .recorded: nil
        case .refused(let refusal): refusal.problem
        case .failed(let error): error.problem
        }
    }
}

extension ProblemKind {
    static let unknownEventType = Self(
        "unknown-event-type",
        .unprocessableContent,
        "The type does not come from outside"
    )
    static let futureEvent = Self("future-event", .unprocessableContent, "The event lies in the future")
    static let unknownReference = Self(
        "unknown-reference",
        .unprocessableContent,
        "Something that is named is not there"
    )
    static let alreadyThere = Self("already-there", .conflict, "The thing is there already")
    static let standsOtherwise = Self("stands-otherwise", .conflict, "The thing does not stand so")
    static let eventIDReused = Self("event-id-reused", .conflict, "The source and id were used for another event")
}
