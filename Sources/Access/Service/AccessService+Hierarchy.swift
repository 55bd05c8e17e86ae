extension AccessService {
    /// Every role with its parent, what it grants of itself and what it grants in all, by id.
    package func getPermissionHierarchy() async throws -> AccessAnswer<[RoleInHierarchy]> {
        let snapshot = try await directory.current()
        return AccessAnswer(value: snapshot.model.hierarchy, size: snapshot.size)
    }

    /// What a list of permission names comes to: which are there, which are not, which say nothing new.
    package func validatePermissionChain(_ names: [String]) async throws -> AccessAnswer<PermissionChain> {
        let snapshot = try await directory.current()
        return AccessAnswer(value: snapshot.model.validate(chain: names), size: snapshot.size)
    }
}
