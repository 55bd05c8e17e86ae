extension AccessService {
    /// The branches in which the actor has a permission now; nil when in the whole institution.
    package func branches(
        where context: CommandContext,
        has permission: BuiltInPermission
    ) async throws -> Set<String>? {
        guard case .user(let user, let session) = context.actor else { return nil }
        let snapshot = try await directory.current(since: context.startedAt)
        return snapshot.model.branches(where: user, has: permission.name, at: clock(), session: session)
    }
}
