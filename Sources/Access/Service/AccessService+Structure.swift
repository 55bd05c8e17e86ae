extension AccessService {
    /// The duties that are kept separate, by id.
    package func getSeparations(asOf moment: AccessMoment = .now) async throws -> AccessAnswer<[Separation]> {
        let (snapshot, _) = try await past.access(asOf: moment, now: clock())
        return AccessAnswer(value: snapshot.model.separations.all, size: snapshot.size)
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
}
