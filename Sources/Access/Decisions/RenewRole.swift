import Events
package import Time

/// Gives an assignment that has not expired another end, later or earlier.
package struct RenewRole: AccessCommand {
    /// The user's id.
    package var userID: String
    /// The role's id.
    package var roleID: String
    /// Where; nil for where the role belongs.
    package var branch: String?
    /// The moment from which it counts no more; nil for never.
    package var expiresAt: Timestamp?

    /// An assignment to renew.
    package init(userID: String, roleID: String, branch: String? = nil, expiresAt: Timestamp?) {
        self.userID = userID
        self.roleID = roleID
        self.branch = branch
        self.expiresAt = expiresAt
    }

    package var permission: BuiltInPermission? { .renewRoles }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        try model.require(.renewRoles, of: actor, in: .anywhere, at: now)
        let (role, details) = try model.knownRole(roleID, for: .renewRoles, to: actor, at: now)
        let branch = branch ?? details.branch
        try model.require(.renewRoles, of: actor, in: .branch(branch), at: now)
        let user = model.users[ExactKey(userID)]
        let known = model.branches.index(branch).flatMap { user?.index(role: role, branch: $0) }
        guard var grant = known.flatMap({ user?.grants[$0] }), !grant.isExpired(at: now) else {
            throw AccessRefusal(
                .notAssigned,
                "\(userID) does not have the role \(roleID) in \(branch), or not any more. Assign it instead.",
                currentVersion: user?.version
            )
        }
        if let expiresAt, expiresAt <= max(now, grant.from) {
            throw AccessRefusal(.expired, "The end has to be in the future and after the start; it is \(now) now.")
        }
        let end = expiresAt ?? .latest
        guard end != grant.until else { return AccessPlan([]) }
        try model.refuseEscalation(of: model.roles.closure(role), in: branch, by: actor, at: now, until: end)
        try model.refuseOverreach(into: model.roles.denial(role), in: branch, by: actor, at: now)
        // Denials that end sooner give sooner.
        try model.refuseEscalation(of: model.roles.denial(role), in: branch, by: actor, at: now)
        // To end it sooner is to take it then.
        if end < grant.until { try model.refuseLosingPrerequisites(of: userID, by: role, in: branch, at: end) }
        grant.until = end
        try model.refuseSeparation(of: userID, with: grant, at: now)
        let renewed = RBAC.RoleRenewed(
            userID: userID,
            roleID: roleID,
            branchID: branch,
            expiresAt: expiresAt,
            startsAt: grant.from > now ? grant.from : nil
        )
        let concernsAdministration = model.administers(userID, at: now)
        if concernsAdministration { try model.refuseLosingAdministrators(after: [.roleRenewed(renewed)], at: now) }
        return AccessPlan(
            [
                .init(
                    stream: AccessStream.user(userID),
                    expected: model.expectedUserVersion(userID),
                    branch: branch,
                    events: [.roleRenewed(renewed)]
                )
            ],
            restsOn: concernsAdministration ? AccessEvent.assignmentTypes : []
        )
    }
}
