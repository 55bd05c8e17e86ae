import Events
package import Time

/// Gives a user a role in a branch, for good or until a moment.
///
/// A user need not be registered here: ids are the identity provider's.
package struct AssignRole: AccessCommand {
    /// The user's id.
    package var userID: String
    /// The role's id.
    package var roleID: String
    /// Where it is to hold; nil for where the role belongs.
    package var branch: String?
    /// The moment from which it counts no more.
    package var expiresAt: Timestamp?

    /// A role to assign.
    package init(userID: String, roleID: String, branch: String? = nil, expiresAt: Timestamp? = nil) {
        self.userID = userID
        self.roleID = roleID
        self.branch = branch
        self.expiresAt = expiresAt
    }

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
        if let expiresAt, expiresAt <= now {
            throw AccessRefusal(.expired, "The end has to be in the future; it is \(now) now.")
        }
        let user = model.users[ExactKey(userID)]
        let known = model.branches.index(branch).flatMap { user?.index(role: role, branch: $0) }
        let earlier = known.flatMap { user?.grants[$0] }
        if let earlier, earlier.counts(at: now) {
            throw AccessRefusal(
                .alreadyAssigned,
                "\(userID) has the role \(roleID) in \(branch) already"
                    + (earlier.until == .latest ? "." : ", until \(earlier.until)."),
                currentVersion: user?.version
            )
        }
        let end = expiresAt ?? .latest
        try model.refuseEscalation(of: model.roles.closure(role), in: branch, by: actor, at: now, until: end)

        // The expired assignment ends by an event of its own, so that no two of the same are ever open.
        let ended = earlier.map { _ in
            AccessEvent.roleRemoved(.init(userID: userID, roleID: roleID, branchID: branch, reason: "expired"))
        }
        let assigned = RBAC.RoleAssigned(userID: userID, roleID: roleID, branchID: branch, expiresAt: expiresAt)
        return AccessPlan([
            .init(
                stream: AccessStream.user(userID),
                expected: model.expectedUserVersion(userID),
                branch: branch,
                events: (ended.map { [$0] } ?? []) + [.roleAssigned(assigned)]
            )
        ])
    }

    /// The role and the branch that it is to hold in, if the actor may assign there.
    private func target(
        in model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> (role: Int32, branch: String) {
        guard let index = model.roles.index(id: roleID), let role = model.roles[index] else {
            throw AccessRefusal(.notFound, "There is no role \(roleID). GET /rbac/roles lists the roles there are.")
        }
        let branch = branch ?? role.branch
        guard role.branch == branch || role.branch == RBAC.institutionBranch else {
            throw AccessRefusal(
                .wrongBranch,
                "The role \(roleID) belongs to \(role.branch) and can be assigned only there."
            )
        }
        try model.require(.assignRoles, of: actor, in: .branch(branch), at: now)
        return (index, branch)
    }
}
