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
        guard case .user(let user, let session) = actor else { return }
        guard !check(user, permission.name, in: scope, at: now, session: session).isAllowed else { return }
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
        let (index, role) = try knownRole(id, for: permission, to: actor, at: now)
        try require(permission, of: actor, in: .branch(role.branch), at: now)
        return (index, role)
    }

    /// The role that an actor names.
    ///
    /// To whoever may neither do this to the roles of its branch nor see them there is no such role: that it is there,
    /// and where, is for that branch to know.
    func knownRole(
        _ id: String,
        for permission: BuiltInPermission,
        to actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> (index: Int32, role: Role) {
        guard let index = roles.index(id: id), let role = roles[index],
            knowsRoles(of: role.branch, actor, at: now, or: permission)
        else {
            throw AccessRefusal(.notFound, "There is no role \(id). GET /rbac/roles lists the roles there are.")
        }
        return (index, role)
    }

    /// Whether the roles of a branch are for an actor to know of.
    func knowsRoles(
        of branch: String,
        _ actor: AccessActor,
        at now: Timestamp,
        or permission: BuiltInPermission = .readRoles
    ) -> Bool {
        guard case .user(let user, let session) = actor, branch != RBAC.institutionBranch else { return true }
        return [permission, .readRoles, .listRoles].contains {
            check(user, $0.name, in: .branch(branch), at: now, session: session).isAllowed
        }
    }

    /// Refuses an actor that would give, in this branch, what it does not hold there itself, or for longer.
    ///
    /// - Parameter end: until when it would be given: what a role grants and what has no end, for ever.
    func refuseEscalation(
        of permissions: PermissionSet,
        in branch: String,
        by actor: AccessActor,
        at now: Timestamp,
        until end: Timestamp = .latest
    ) throws(AccessRefusal) {
        guard case .user(let user, let session) = actor else { return }
        let place = branches.index(branch)
        let beyond = permissions.subtracting(held(by: user, session: session, in: place, at: now, until: end)).indices
        guard !beyond.isEmpty else { return }
        let names = beyond.map { self.permissions[$0].name }
        // The latest end up to which it could give all of this.
        let last = grants(of: user, session: session, in: place, at: now).map(\.until)
            .filter { permissions.isSubset(of: held(by: user, session: session, in: place, at: now, until: $0)) }.max()
        if let last {
            throw AccessRefusal(
                .selfEscalation(missing: names),
                "Nobody can give anything for longer than they hold it themselves: here in \(branch) until \(last)."
            )
        }
        throw AccessRefusal(
            .selfEscalation(missing: names),
            "Nobody can give what they do not hold themselves, here in \(branch): \(Self.listing(names))."
        )
    }

    /// Refuses an actor that would take, in this branch, what it does not hold there itself: nobody removes a superior.
    func refuseOverreach(
        into permissions: PermissionSet,
        in branch: String,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) {
        guard case .user(let user, let session) = actor else { return }
        let own = held(by: user, session: session, in: branches.index(branch), at: now)
        let beyond = permissions.subtracting(own).indices
        guard !beyond.isEmpty else { return }
        let names = beyond.map { self.permissions[$0].name }
        throw AccessRefusal(
            .selfEscalation(missing: names),
            "Nobody can take from others what they do not hold themselves, here in \(branch): \(Self.listing(names))."
        )
    }

    private static func listing(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }

    /// Refuses events after which nobody could administer, where somebody can now.
    func refuseLosingAdministrators(after events: [AccessEvent], at now: Timestamp) throws(AccessRefusal) {
        guard hasAdministrator(at: now) else { return }
        var after = self
        for event in events { after.apply(event, version: 0) }
        guard !after.hasAdministrator(at: now) else { return }
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
