import Events
import Time

extension AccessModel {
    /// Refuses what a change of a role would give or take beyond what the actor holds where the role belongs, and what
    /// would break a rule: inheriting from itself, duties in one hand, nobody left to administer.
    ///
    /// A denial that is added takes, and one that is lifted gives.
    ///
    /// - Returns: the types of events on which the decision rests beside those of structure.
    func refuse(
        _ events: [AccessEvent],
        changing role: Int32,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> Set<EventType> {
        guard let branch = roles[role]?.branch else { return [] }
        var after = self
        for event in events { after.apply(event, version: 0) }
        var given = after.roles.closure(role).subtracting(roles.closure(role))
        given.formUnion(roles.denial(role).subtracting(after.roles.denial(role)))
        var taken = after.roles.denial(role).subtracting(roles.denial(role))
        taken.formUnion(roles.closure(role).subtracting(after.roles.closure(role)))
        // What the role has or denies already in another way is given and taken once more: the other way may end.
        for event in events { add(event, given: &given, taken: &taken) }
        try refuseEscalation(of: given, in: branch, by: actor, at: now)
        try refuseOverreach(into: taken, in: branch, by: actor, at: now)
        try refuseNewViolations(after: after, at: now)
        try refuseLosingAdministrators(after: events, at: now)
        // Whoever else administers, or comes to have roles that are kept apart, must not change meanwhile.
        let concernsAdministration = administration.map { !$0.isDisjoint(with: taken) } ?? true
        return concernsAdministration || !separations.staticOnes.isEmpty ? AccessEvent.assignmentTypes : []
    }

    private func add(_ event: AccessEvent, given: inout PermissionSet, taken: inout PermissionSet) {
        switch event {
        case .permissionAssigned(let assigned):
            guard let permission = permissions.index(id: assigned.permissionID) else { return }
            given.formUnion(permissions.graph.expanded(PermissionSet([permission])))
        case .permissionDenied(let denied):
            guard let permission = permissions.index(id: denied.permissionID) else { return }
            taken.formUnion(permissions.graph.denied(PermissionSet([permission])))
        case .denialLifted(let lifted):
            guard let permission = permissions.index(id: lifted.permissionID) else { return }
            given.formUnion(permissions.graph.denied(PermissionSet([permission])))
        case .inheritanceAdded(let added):
            guard let parent = roles.index(id: added.parentRoleID) else { return }
            given.formUnion(roles.closure(parent))
            taken.formUnion(roles.denial(parent))
        case .inheritanceRemoved(let removed):
            guard let parent = roles.index(id: removed.parentRoleID) else { return }
            given.formUnion(roles.denial(parent))
        default: break
        }
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
