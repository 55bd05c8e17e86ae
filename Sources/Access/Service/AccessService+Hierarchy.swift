extension AccessService {
    /// How permissions and roles contain one another.
    package func getPermissionHierarchy(
        asOf moment: AccessMoment = .now
    ) async throws -> AccessAnswer<PermissionHierarchy> {
        let (snapshot, _) = try await past.access(asOf: moment, now: clock())
        return AccessAnswer(value: snapshot.model.hierarchy, size: snapshot.size)
    }

    /// What a list of permission names comes to: which are there and which are not, what they imply, which say nothing
    /// new, and which are in conflict with what is to be denied beside.
    package func validatePermissionChain(
        _ names: [String],
        denied: [String] = [],
        asOf moment: AccessMoment = .now
    ) async throws -> AccessAnswer<PermissionChain> {
        let (snapshot, _) = try await past.access(asOf: moment, now: clock())
        return AccessAnswer(value: snapshot.model.validate(chain: names, denied: denied), size: snapshot.size)
    }
}
