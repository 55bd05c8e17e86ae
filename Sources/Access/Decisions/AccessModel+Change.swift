import Time

extension AccessModel {
    /// Refuses what a change of a role would give or take beyond what the actor holds where the role belongs, and what
    /// would break a rule: inheriting from itself, duties in one hand, nobody left to administer.
    ///
    /// A denial that is added takes, and one that is lifted gives.
    func refuse(
        _ events: [AccessEvent],
        changing role: Int32,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) {
        guard let branch = roles[role]?.branch else { return }
        var after = self
        for event in events { after.apply(event, version: 0) }
        var given = after.roles.closure(role).subtracting(roles.closure(role))
        given.formUnion(roles.denial(role).subtracting(after.roles.denial(role)))
        try refuseEscalation(of: given, in: branch, by: actor, at: now)
        let taken = after.roles.denial(role).subtracting(roles.denial(role))
        try refuseOverreach(into: taken, in: branch, by: actor, at: now)
        try refuseNewViolations(after: after, at: now)
        try refuseLosingAdministrators(after: events, at: now)
    }

    /// Refuses a parent that itself inherits from the role.
    func refuseCycle(of role: Int32, inheritingFrom parent: Int32) throws(AccessRefusal) {
        guard roles.inherits(parent, from: role), let senior = roles[role]?.id, let junior = roles[parent]?.id else {
            return
        }
        throw AccessRefusal(
            .cycle,
            senior == junior
                ? "A role cannot inherit from itself."
                : "\(junior) inherits from \(senior), so \(senior) cannot inherit from \(junior)."
        )
    }

    /// The roles that a role of this branch is to inherit from, each once.
    func parents(_ ids: [String], forRoleIn branch: String) throws(AccessRefusal) -> [Int32] {
        var parents: [Int32] = []
        for (position, id) in ids.enumerated() {
            let parent = try parent(id, forRoleIn: branch)
            guard !parents.contains(parent) else {
                throw AccessRefusal(.invalid(pointer: "/parentRoleIds/\(position)"), "The role \(id) is named twice.")
            }
            parents.append(parent)
        }
        return parents
    }
}
