extension AccessService {
    /// The duties that are kept separate, by id: with those of the roles that the actor may know of, and without
    /// separations that name no other.
    package func getSeparations(
        asOf moment: AccessMoment = .now,
        _ context: CommandContext
    ) async throws -> AccessAnswer<[Separation]> {
        let now = clock()
        let current = try await directory.current(since: context.startedAt).model
        let (snapshot, _) = try await past.access(asOf: moment, now: now)
        let roles = snapshot.model.roles
        let known = snapshot.model.separations.all.compactMap { separation -> Separation? in
            var shown = separation
            shown.roleIDs = separation.roleIDs.filter { id in
                let branch = roles.index(id: id).flatMap { roles[$0]?.branch }
                return current.knowsRoles(of: branch ?? "", context.actor, at: now)
            }
            return shown.roleIDs.isEmpty ? nil : shown
        }
        return AccessAnswer(value: known, size: snapshot.size)
    }

    /// What a role's template offers it.
    package func templateOffer(
        forRole id: String,
        asOf moment: AccessMoment = .now
    ) async throws -> AccessAnswer<TemplateOffer> {
        let (snapshot, _) = try await past.access(asOf: moment, now: clock())
        return AccessAnswer(value: try snapshot.model.templateOffer(forRole: id), size: snapshot.size)
    }

    /// A session of the actor, with the ids of the roles that are active in it.
    package func getSession(
        _ id: String,
        _ context: CommandContext
    ) async throws -> AccessAnswer<(session: AccessSession, roleIDs: [String])> {
        let snapshot = try await directory.current()
        let session = try snapshot.model.session(id, of: context.actor, at: clock())
        return AccessAnswer(value: (session, snapshot.model.activeRoleIDs(of: session)), size: snapshot.size)
    }

    /// What the actor may do in one of its sessions (ANSI INCITS 359: SessionPermissions).
    package func getSessionPermissions(
        _ id: String,
        in scope: AccessScope,
        _ context: CommandContext
    ) async throws -> AccessAnswer<[Permission]> {
        let snapshot = try await directory.current()
        let now = clock()
        let session = try snapshot.model.session(id, of: context.actor, at: now)
        let held = snapshot.model.permissions(of: session.userID, in: scope, at: now, session: id)
        return AccessAnswer(value: held, size: snapshot.size)
    }
}
