import Events
package import Time

/// Gives a user a role in a branch: at once or from a moment, for good or until a moment.
///
/// A user need not be registered here: ids are the identity provider's.
package struct AssignRole: AccessCommand {
    /// The user's id.
    package var userID: String
    /// The role's id.
    package var roleID: String
    /// Where it is to hold; nil for where the role belongs.
    package var branch: String?
    /// The moment from which it counts; nil for at once.
    package var startsAt: Timestamp?
    /// The moment from which it counts no more.
    package var expiresAt: Timestamp?

    /// A role to assign.
    package init(
        userID: String,
        roleID: String,
        branch: String? = nil,
        startsAt: Timestamp? = nil,
        expiresAt: Timestamp? = nil
    ) {
        self.userID = userID
        self.roleID = roleID
        self.branch = branch
        self.startsAt = startsAt
        self.expiresAt = expiresAt
    }

    package var permission: BuiltInPermission? { .assignRoles }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        try model.require(.assignRoles, of: actor, in: .anywhere, at: now)
        try AccessText.requireID(userID, at: "/userId")
        if let branch { try AccessText.requireID(branch, at: "/branchId") }
        guard !AccessActor.isReserved(userID) else {
            throw AccessRefusal(.invalid(pointer: "/userId"), "\(userID) is a name that Daybook keeps for itself.")
        }
        let (role, branch) = try target(in: model, by: actor, at: now)
        try requireTimes(at: now)
        let user = model.users[ExactKey(userID)]
        let known = model.branches.index(branch).flatMap { user?.index(role: role, branch: $0) }
        let earlier = known.flatMap { user?.grants[$0] }
        if let earlier, !earlier.isExpired(at: now) {
            throw AccessRefusal(
                .alreadyAssigned,
                "\(userID) has the role \(roleID) in \(branch) already"
                    + (earlier.until == .latest ? "." : ", until \(earlier.until). Renew it for another end."),
                currentVersion: user?.version
            )
        }
        let end = expiresAt ?? .latest
        try model.refuseEscalation(of: model.roles.closure(role), in: branch, by: actor, at: now, until: end)
        try model.refuseOverreach(into: model.roles.denial(role), in: branch, by: actor, at: now)
        var places = model.branches
        let grant = Grant(role: role, branch: places.intern(branch), from: startsAt ?? now, until: end)
        try model.refuseSeparation(of: userID, with: grant, at: now)
        try model.refuseFull(role, for: userID, at: now)
        try model.refuseMissingPrerequisites(of: userID, for: grant, in: branch, at: now)

        // The expired assignment ends by an event of its own, so that no two of the same are ever open.
        let ended = earlier.map { earlier in
            AccessEvent.roleExpired(
                .init(userID: userID, roleID: roleID, branchID: branch, expiresAt: earlier.until)
            )
        }
        let assigned = RBAC.RoleAssigned(
            userID: userID,
            roleID: roleID,
            branchID: branch,
            expiresAt: expiresAt,
            startsAt: startsAt
        )
        let events = (ended.map { [$0] } ?? []) + [.roleAssigned(assigned)]
        let denies = !model.roles.denial(role).isEmpty
        if denies { try model.refuseLosingAdministrators(after: events, at: now) }
        let isLimited = denies || model.roles[role]?.requirements.maximumHolders != nil
        return AccessPlan(
            [
                .init(
                    stream: AccessStream.user(userID),
                    expected: model.expectedUserVersion(userID),
                    branch: branch,
                    events: events
                )
            ],
            restsOn: isLimited ? AccessEvent.assignmentTypes : []
        )
    }

    private func requireTimes(at now: Timestamp) throws(AccessRefusal) {
        if let expiresAt, expiresAt <= now {
            throw AccessRefusal(.expired, "The end has to be in the future; it is \(now) now.")
        }
        if let startsAt, let expiresAt, expiresAt <= startsAt {
            throw AccessRefusal(.expired, "The end has to be after the start, \(startsAt).")
        }
    }

    /// The role and the branch that it is to hold in, if the actor may assign there.
    private func target(
        in model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> (role: Int32, branch: String) {
        let (index, role) = try model.knownRole(roleID, for: .assignRoles, to: actor, at: now)
        let branch = branch ?? role.branch
        guard ExactKey.same(role.branch, branch) || role.branch == RBAC.institutionBranch else {
            throw AccessRefusal(
                .wrongBranch,
                "The role \(roleID) belongs to \(role.branch) and can be assigned only there."
            )
        }
        try model.require(.assignRoles, of: actor, in: .branch(branch), at: now)
        return (index, branch)
    }
}
