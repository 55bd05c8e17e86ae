import Access
import JSON

/// Why one evaluation cannot be made.
struct EvaluationFault: Error, Sendable, Hashable {
    /// As an HTTP status would say it.
    let status: Int
    let message: String
    /// The parts of the request that are at fault, if that is the matter.
    var problems: [FieldProblem] = []

    static func badRequest(_ problems: [FieldProblem]) -> EvaluationFault {
        EvaluationFault(status: 400, message: Problem(badRequest: problems).detail, problems: problems)
    }
}

extension AuthZENResource {
    /// Whether it is a branch itself.
    var isBranch: Bool { type == Self.branch }

    /// The branch that decides; nil for the institution as a whole.
    var place: String? { isBranch ? id : branchID }

    /// The permission that an action on it takes.
    func permission(for action: String) -> String {
        guard isBranch else { return "\(type):\(action)" }
        // An action on a branch may name any permission there is.
        return PermissionName(action) == nil ? "\(type):\(action)" : action
    }

}

extension AccessScope {
    /// Where a branch is, which is the whole institution where there is none.
    init(place branch: String?) {
        self = branch.map { $0 == BranchScope.institutionBranch ? .institution : .branch($0) } ?? .institution
    }
}

/// Ids and names as Daybook records them.
enum AuthZENText {
    /// Refuses a text that cannot be an id or a name here: then it could not be recorded what was asked.
    static func require(_ text: String, at pointer: String, _ problems: inout [FieldProblem]) {
        if let problem = StringRule.identifier.problem(in: text) {
            problems.append(FieldProblem(pointer: pointer, problem))
        }
    }
}

extension AuthZENResource {
    /// Refuses a branch that cannot be one.
    func requirePlace(_ problems: inout [FieldProblem]) {
        guard let place else { return }
        AuthZENText.require(place, at: isBranch ? "/resource/id" : "/resource/properties/branchId", &problems)
    }
}
