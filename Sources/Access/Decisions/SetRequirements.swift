import Events
package import Time

/// Sets what it takes to be given a role: a limit of holders, roles to have first.
///
/// Refused where holders do not meet it already: what it forbids must not be there when it begins.
package struct SetRequirements: AccessCommand {
    /// The role's id.
    package var roleID: String
    /// All that it takes from now on.
    package var requirements: RoleRequirements
    /// The version of the role that the caller decided on.
    package var expectedVersion: Int64?

    /// Requirements to set.
    package init(roleID: String, _ requirements: RoleRequirements, expectedVersion: Int64? = nil) {
        self.roleID = roleID
        self.requirements = requirements
        self.expectedVersion = expectedVersion
    }

    package var permission: BuiltInPermission? { .setRequirements }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        let (index, role) = try model.role(roleID, for: .setRequirements, by: actor, at: now)
        try model.refuse(role, unlessAt: expectedVersion)
        try requirePrerequisites(of: index, role, in: model)
        guard requirements != role.requirements else { return AccessPlan([]) }
        let event = AccessEvent.requirementsSet(
            .init(
                roleID: roleID,
                branchID: role.branch,
                maximumHolders: requirements.maximumHolders.map { Int64($0) },
                prerequisiteRoleIDs: requirements.prerequisiteRoleIDs
            )
        )
        var after = model
        after.apply(event, version: role.version)
        let holders = model.activeHolders(of: index, at: now)
        if let limit = requirements.maximumHolders, holders.count > limit {
            throw AccessRefusal(.full, "\(holders.count) users have the role \(roleID). Remove it from some first.")
        }
        let lacking = holders.filter { user in
            let grants = model.users[user]?.grants ?? []
            return grants.contains { grant in
                grant.role == index && !grant.isExpired(at: now)
                    && !after.missingPrerequisites(of: grant, among: grants, at: now).isEmpty
            }
        }
        if let first = lacking.map(\.text).min() {
            throw AccessRefusal(
                .prerequisite,
                "\(lacking.count) of those who have the role \(roleID) lack what it is to require, \(first) among them."
            )
        }
        return .change(of: role, [event], restsOn: AccessEvent.assignmentTypes)
    }

    private func requirePrerequisites(of index: Int32, _ role: Role, in model: AccessModel) throws(AccessRefusal) {
        if let limit = requirements.maximumHolders, !(1...1_000_000_000).contains(limit) {
            throw AccessRefusal(.invalid(pointer: "/maximumHolders"), "It is 1 or more; leave it out for any number.")
        }
        for (position, id) in requirements.prerequisiteRoleIDs.enumerated() {
            let pointer = "/prerequisiteRoleIds/\(position)"
            guard let other = model.roles.index(id: id), let prerequisite = model.roles[other],
                ExactKey.same(prerequisite.branch, role.branch) || prerequisite.branch == RBAC.institutionBranch
            else {
                throw AccessRefusal(
                    .invalid(pointer: pointer),
                    "There is no role \(id): neither one of \(role.branch) nor one of the institution."
                )
            }
            guard !requires(other, index, in: model) else {
                throw AccessRefusal(
                    .cycle,
                    "The role \(id) requires or is \(roleID) itself, so nobody could be given either."
                )
            }
        }
    }

    /// Whether a role is the other or requires it, at any remove.
    private func requires(_ role: Int32, _ other: Int32, in model: AccessModel) -> Bool {
        var waiting = [role]
        var seen: Set<Int32> = []
        while let next = waiting.popLast() {
            if next == other { return true }
            guard seen.insert(next).inserted, let role = model.roles[next] else { continue }
            waiting += role.requirements.prerequisiteRoleIDs.compactMap { model.roles.index(id: $0) }
        }
        return false
    }
}
