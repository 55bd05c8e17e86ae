extension EndpointAccess {
    /// Refuses a request whose sender may not make it, as far as that can be told before its handler runs.
    func admit(_ context: RequestContext) async throws {
        switch self {
        case .open: break
        case .signedIn: try await context.requireSession()
        case .permission(let permission, let place):
            try await context.require(permission, in: place.scope(context.pathValues, context.query))
            if place == .decidedByHandler { context.awaitDecision() }
        }
    }
}

extension EndpointAccess.Place {
    /// Where the permission is asked for before the handler runs.
    fileprivate func scope(
        _ pathValues: [(name: String, value: String)],
        _ query: [IncomingRequest.QueryItem]
    ) -> BranchScope {
        switch self {
        case .institution: .institution
        case .decidedByHandler: .anywhere
        case .parameter(let name):
            BranchScope(
                pathValues.first { $0.name == name }?.value ?? query.first { $0.name == name }?.value
            )
        }
    }
}
