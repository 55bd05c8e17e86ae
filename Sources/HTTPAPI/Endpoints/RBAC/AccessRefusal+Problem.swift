import Access
import JSON

extension AccessRefusal: ProblemConvertible {
    package var problem: Problem {
        switch code {
        case .notFound, .notAssigned: Problem(.notFound, message)
        case .forbidden(let permission, let branch):
            .missingPermission(permission, in: branch.map { BranchScope(place: $0) } ?? .anywhere)
        case .selfEscalation(let missing):
            Problem(.escalation, message, members: ["missingPermissions": .array(missing.map { .string($0) })])
        case .duplicateName: Problem(.duplicateName, message, members: version)
        case .roleInUse: Problem(.roleInUse, message, members: version)
        case .alreadyAssigned: Problem(.alreadyAssigned, message, members: version)
        case .cycle: Problem(.roleCycle, message)
        case .separated(let id): Problem(.separationOfDuty, message, members: ["separationId": .string(id)])
        case .full: Problem(.roleFull, message)
        case .reviewClosed, .otherAssignment: Problem(.conflict, message)
        case .prerequisite: Problem(.prerequisite, message)
        case .tooManySessions: Problem(.tooManySessions, message)
        case .noSession: Problem(.noSession, message)
        case .lastAdministrator: Problem(.lastAdministrator, message)
        case .ambiguous: .parameter(.query, "branchId", message)
        case .unknownPermission: Problem(fields: [FieldProblem(pointer: "/permissionIds", message)])
        case .unknownParent: Problem(fields: [FieldProblem(pointer: "/parentRoleId", message)])
        case .wrongBranch: Problem(fields: [FieldProblem(pointer: "/branchId", message)])
        case .noSuchMoment: .parameter(.query, "asOf", message)
        case .expired: Problem(fields: [FieldProblem(pointer: "/expiresAt", message)])
        case .invalid(let pointer): Problem(fields: [FieldProblem(pointer: pointer, message)])
        case .versionConflict: .versionConflict(current: currentVersion ?? 0, message)
        case .contended: Problem(.versionConflict, message, members: version)
        case .behind: .unavailable(retryAfter: .seconds(1), message)
        }
    }

    private var version: JSONObject {
        currentVersion.map { ["currentVersion": .number(JSONNumber($0))] } ?? [:]
    }
}

extension BranchScope {
    /// The scope that a branch stands for; the institution is one, too.
    package init(place branch: String) {
        self = branch == Self.institutionBranch ? .institution : .branch(branch)
    }
}

extension ProblemKind {
    static let duplicateName = Self("duplicate-name", .conflict, "The name is taken")
    static let roleInUse = Self("role-in-use", .conflict, "The role is in use")
    static let alreadyAssigned = Self("already-assigned", .conflict, "It is assigned already")
    static let roleCycle = Self("role-cycle", .conflict, "Nothing can come of itself")
    static let separationOfDuty = Self("separation-of-duty", .conflict, "These duties are kept separate")
    static let roleFull = Self("role-full", .conflict, "As many have the role as may")
    static let prerequisite = Self("prerequisite-role", .conflict, "A role has to be held first")
    static let tooManySessions = Self("too-many-sessions", .conflict, "As many sessions are open as may be")
    static let noSession = Self("no-session", .forbidden, "There is no such session")
    static let lastAdministrator = Self("last-administrator", .conflict, "Nobody would be left to administer")
    static let escalation = Self("escalation", .forbidden, "Nobody can give what they do not hold")
}
