import Access
import JSON

/// One access evaluation (AuthZEN 1.0, section 6.1).
struct Evaluation: Sendable, Hashable, AuthZENReadable {
    let subject: AuthZENSubject
    let action: AuthZENAction
    let resource: AuthZENResource

    static let members: [Schema.Member] = [
        .required("subject", AuthZENSubject.schema),
        .required("action", AuthZENAction.schema),
        .required("resource", AuthZENResource.schema),
        .optional("context", .anyObject.described("Accepted; nothing rests on it")),
    ]

    static let schema = Schema.object(members).open.named("AuthZENEvaluation")

    init?(reading members: MemberReader, problems: inout [FieldProblem]) {
        let entities = EvaluationEntities(members, &problems)
        for name in entities.missing { members.refuse(name, "This member is missing.", &problems) }
        guard let evaluation = entities.evaluation else { return nil }
        self = evaluation
    }

    init(subject: AuthZENSubject, action: AuthZENAction, resource: AuthZENResource) {
        self.subject = subject
        self.action = action
        self.resource = resource
    }

    /// The question that it comes to. Throws where a text of it could not be recorded.
    func question(at pointer: String) throws(EvaluationFault) -> AccessQuestion {
        let question = AccessQuestion(
            userID: subject.id,
            permission: resource.permission(for: action.name),
            branchID: resource.place
        )
        var problems: [FieldProblem] = []
        AuthZENText.require(question.userID, at: "\(pointer)/subject/id", &problems)
        AuthZENText.require(question.permission, at: "\(pointer)/action/name", &problems)
        if let branch = question.branchID {
            let place = resource.isBranch ? "id" : "properties/branchId"
            AuthZENText.require(branch, at: "\(pointer)/resource/\(place)", &problems)
        }
        guard problems.isEmpty else { throw .badRequest(problems) }
        return question
    }
}

/// The entities of an evaluation as far as they are given.
struct EvaluationEntities: Sendable {
    var subject: AuthZENSubject?
    var action: AuthZENAction?
    var resource: AuthZENResource?

    /// Reads those that are there.
    init(_ members: MemberReader, _ problems: inout [FieldProblem]) {
        if members.has("subject") { subject = AuthZENSubject(members, &problems) }
        if members.has("action") { action = AuthZENAction(members, &problems) }
        if members.has("resource") { resource = AuthZENResource(members, &problems) }
        _ = members.object("context", required: false, &problems)
        missing = ["subject", "action", "resource"].filter { !members.has($0) }
    }

    /// The names of those that are not there.
    private(set) var missing: [String]

    /// The evaluation, if all are there and well-formed.
    var evaluation: Evaluation? {
        guard let subject, let action, let resource else { return nil }
        return Evaluation(subject: subject, action: action, resource: resource)
    }

    /// These, and the others' where one is not there: whole entities, never parts of one.
    func filled(from others: EvaluationEntities) -> EvaluationEntities {
        var filled = self
        filled.subject = subject ?? others.subject
        filled.action = action ?? others.action
        filled.resource = resource ?? others.resource
        filled.missing = missing.filter { others.missing.contains($0) }
        return filled
    }
}
