import Events
package import Time

/// Removes a user from a role in a branch.
package struct RemoveRole: AccessCommand {
    /// The user's id.
    package var userID: String
    /// The role's id.
    package var roleID: String
    /// Where; may be left out when the user has the role in one branch only.
    package var branch: String?
    /// Why.
    package var reason: String?

    /// A role to remove.
    package init(userID: String, roleID: String, branch: String? = nil, reason: String? = nil) {
        self.userID = userID
        self.roleID = roleID
        self.branch = branch
        self.reason = reason
    }

    package var permission: BuiltInPermission? { .removeRoles }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        try model.require(.removeRoles, of: actor, in: .anywhere, at: now)
        try AccessText.requireText(reason, at: "/reason")
        let role = try model.knownRole(roleID, for: .removeRoles, to: actor, at: now).index
        // Who has what in a branch is not for those to hear who may remove nothing there.
        if let branch { try model.require(.removeRoles, of: actor, in: .branch(branch), at: now) }
        let branch = try assignedBranch(of: role, in: model, by: actor, at: now)
        try model.require(.removeRoles, of: actor, in: .branch(branch), at: now)
        try model.refuseOverreach(into: model.roles.closure(role), in: branch, by: actor, at: now)
        // Whoever loses a role that denies may do from then on what it denied.
        try model.refuseEscalation(of: model.roles.denial(role), in: branch, by: actor, at: now)
        try model.refuseLosingPrerequisites(of: userID, by: role, in: branch, at: now)

        let removed = RBAC.RoleRemoved(userID: userID, roleID: roleID, branchID: branch, reason: reason)
        // Two administrators who remove one another at once must not both succeed; nobody else is held up for that.
        let concernsAdministration = model.administers(userID, at: now)
        if concernsAdministration { try model.refuseLosingAdministrators(after: [.roleRemoved(removed)], at: now) }
        return AccessPlan(
            [
                .init(
                    stream: AccessStream.user(userID),
                    expected: model.expectedUserVersion(userID),
                    branch: branch,
                    events: [.roleRemoved(removed)]
                )
            ],
            restsOn: concernsAdministration ? AccessEvent.assignmentTypes : []
        )
    }

    private func assignedBranch(
        of role: Int32,
        in model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> String {
        let user = model.users[ExactKey(userID)]
        var held = (user?.grants ?? []).filter { $0.role == role }.map { model.branches.name($0.branch) }
        if branch == nil, case .user(let remover, let session) = actor,
            let reach = model.branches(
                where: remover,
                has: BuiltInPermission.removeRoles.name,
                at: now,
                session: session
            )
        {
            // Where else the user has the role is not for this actor to know.
            held.removeAll { !reach.contains($0) }
        }
        if let branch {
            guard held.contains(where: { ExactKey.same($0, branch) }) else {
                throw AccessRefusal(
                    .notAssigned,
                    "\(userID) does not have the role \(roleID) in \(branch).",
                    currentVersion: user?.version
                )
            }
            return branch
        }
        guard let first = held.first else {
            throw AccessRefusal(
                .notAssigned,
                "\(userID) does not have the role \(roleID).",
                currentVersion: user?.version
            )
        }
        guard held.count == 1 else {
            throw AccessRefusal(
                .ambiguous,
                "\(userID) has the role \(roleID) in several branches; name one by branchId: "
                    + held.sorted().joined(separator: ", ") + "."
            )
        }
        return first
    }
}
