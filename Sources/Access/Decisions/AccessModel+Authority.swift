import EventStore
import Events
import Time

extension AccessModel {
    /// Refuses an actor that does not have a permission.
    func require(
        _ permission: BuiltInPermission,
        of actor: AccessActor,
        in scope: AccessScope,
        at now: Timestamp
    ) throws(AccessRefusal) {
        guard case .user(let user) = actor else { return }
        guard !check(user, permission.name, in: scope, at: now).isAllowed else { return }
        switch scope {
        case .branch(let branch) where branch != RBAC.institutionBranch:
            throw AccessRefusal(
                .forbidden(permission: permission.name, branch: branch),
                "This needs the permission \(permission.name) in the branch \(branch)."
            )
        case .institution, .branch:
            throw AccessRefusal(
                .forbidden(permission: permission.name, branch: RBAC.institutionBranch),
                "This needs the permission \(permission.name) in the institution as a whole."
            )
        case .anywhere:
            throw AccessRefusal(
                .forbidden(permission: permission.name, branch: nil),
                "This needs the permission \(permission.name)."
            )
        }
    }

    /// The role that a command is about, if the actor may do this to it.
    ///
    /// Whoever has the permission nowhere is refused before learning whether the role exists.
    func role(
        _ id: String,
        for permission: BuiltInPermission,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> (index: Int32, role: Role) {
        try require(permission, of: actor, in: .anywhere, at: now)
        guard let index = roles.index(id: id), let role = roles[index] else {
            throw AccessRefusal(.notFound, "There is no role \(id). GET /rbac/roles lists the roles there are.")
        }
        try require(permission, of: actor, in: .branch(role.branch), at: now)
        return (index, role)
    }

    /// Refuses an actor that would give, in this branch, what it does not hold there itself.
    func refuseEscalation(
        of permissions: PermissionSet,
        in branch: String,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) {
        guard case .user(let user) = actor else { return }
        let beyond = permissions.subtracting(held(by: user, in: branches.index(branch), at: now)).indices
        guard !beyond.isEmpty else { return }
        let names = beyond.map { self.permissions[$0].name }
        let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
        throw AccessRefusal(
            .selfEscalation(missing: names),
            "Nobody can give what they do not hold themselves, here in \(branch): \(shown)."
        )
    }

    /// Refuses events after which nobody could administer, where somebody can now.
    func refuseLosingAdministrators(after events: [AccessEvent]) throws(AccessRefusal) {
        guard hasAdministrator else { return }
        var after = self
        for event in events { after.apply(event, version: 0) }
        guard !after.hasAdministrator else { return }
        throw AccessRefusal(
            .lastAdministrator,
            "Nobody would be left who administers the institution without an end date. "
                + "Give somebody else the Admin role for good first."
        )
    }

    /// The version that a user's stream has to be at.
    func expectedUserVersion(_ user: String) -> ExpectedVersion {
        users[ExactKey(user)].map { .exact($0.version) } ?? former(AccessStream.user(user))
    }

    /// The version that the stream of something that is not in the model has to be at.
    func former(_ stream: String) -> ExpectedVersion {
        formerVersions[ExactKey(stream)].map { .exact($0) } ?? .none
    }
}
