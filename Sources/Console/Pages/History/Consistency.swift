import Access
import HTTPAPI

extension ConsoleSite {
    /// `GET /console/consistency`: the proof that the API gives out under `/log/consistency`, for whoever is signed in here.
    var consistency: Endpoint {
        let permission = BuiltInPermission.readConsistency
        return Endpoint(
            .get,
            "/console/consistency",
            "Prove that the log only grew",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: Query(required: "from", .position, "The size of the earlier log."),
            Query(required: "to", .position, "The size of the later log."),
            outputs: Output(.ok, [.json], nil, "The proof."),
            problems: .unavailable
        ) { [self] context, from, to in
            try await context.require(permission.name, in: .anywhere)
            let head = try await parts.store.head().size
            return PageReply.guarded(try await parts.log.consistency(from: from, to: to, within: head))
        }
    }
}
