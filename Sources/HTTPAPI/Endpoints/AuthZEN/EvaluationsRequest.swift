import JSON

/// When a series of evaluations ends (AuthZEN 1.0, section 7.1.2.1).
enum EvaluationsSemantic: String, Sendable, CaseIterable {
    case executeAll = "execute_all"
    case denyOnFirstDeny = "deny_on_first_deny"
    case permitOnFirstPermit = "permit_on_first_permit"

    /// Whether nothing more is evaluated after a decision.
    func ends(after isAllowed: Bool) -> Bool {
        switch self {
        case .executeAll: false
        case .denyOnFirstDeny: !isAllowed
        case .permitOnFirstPermit: isAllowed
        }
    }
}

/// Several evaluations, or a single one (section 7.1).
enum EvaluationsRequest: AuthZENReadable {
    /// More in one request are refused.
    static let limit = 1_000

    case single(Evaluation)
    /// What is wrong with one is answered in its place, and the others are evaluated.
    case several([Result<Evaluation, EvaluationFault>], EvaluationsSemantic)

    static let schema = Schema.object(
        Evaluation.members.map { .optional($0.name, $0.schema) } + [
            .optional(
                "evaluations",
                .array(
                    of: .object(Evaluation.members.map { .optional($0.name, $0.schema) }).open,
                    count: 0...limit
                ).described("The evaluations; what one leaves out is taken from above")
            ),
            .optional(
                "options",
                .object(.optional("evaluations_semantic", .choice(EvaluationsSemantic.self))).open
            ),
        ]
    ).open.named("AuthZENEvaluations")

    init?(reading members: MemberReader, problems: inout [FieldProblem]) {
        let semantic = Self.semantic(members, &problems)
        guard let elements = members.array("evaluations", &problems), !elements.isEmpty else {
            guard let evaluation = Evaluation(reading: members, problems: &problems) else { return nil }
            self = .single(evaluation)
            return
        }
        guard elements.count <= Self.limit else {
            members.refuse("evaluations", "At most \(Self.limit) evaluations are made at once.", &problems)
            return nil
        }
        let defaults = EvaluationEntities(members, &problems)
        let evaluations = elements.enumerated().map { index, element in
            Self.evaluation(element, at: "/evaluations/\(index)", defaults)
        }
        self = .several(evaluations, semantic)
    }

    private static func evaluation(
        _ element: JSONValue,
        at pointer: String,
        _ defaults: EvaluationEntities
    ) -> Result<Evaluation, EvaluationFault> {
        guard case .object(let object) = element else {
            let problem = FieldProblem(pointer: pointer, "An object was expected, not \(element.kind).")
            return .failure(.badRequest([problem]))
        }
        let members = MemberReader(object, at: pointer)
        var problems: [FieldProblem] = []
        let entities = EvaluationEntities(members, &problems).filled(from: defaults)
        for name in entities.missing { members.refuse(name, "This member is missing, here and above.", &problems) }
        guard problems.isEmpty, let evaluation = entities.evaluation else { return .failure(.badRequest(problems)) }
        return .success(evaluation)
    }

    private static func semantic(_ members: MemberReader, _ problems: inout [FieldProblem]) -> EvaluationsSemantic {
        guard let options = members.object("options", required: false, &problems),
            let name = options.string("evaluations_semantic", required: false, &problems)
        else { return .executeAll }
        guard let semantic = EvaluationsSemantic(rawValue: name) else {
            let choices = EvaluationsSemantic.allCases.map(\.rawValue).joined(separator: ", ")
            options.refuse("evaluations_semantic", "One of these was expected: \(choices).", &problems)
            return .executeAll
        }
        return semantic
    }
}
