import Access
import HTTPAPI

extension ConsoleSite {
    /// `GET /console/access/inheritance`: which role inherits from which, drawn and as a list; of those that the reader may list.
    var inheritancePage: Endpoint {
        let permission = BuiltInPermission.readPermissions
        return Endpoint(
            .get,
            "/console/access/inheritance",
            "Show what roles inherit",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            mayBeKept: false,
            inputs: RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, head in
            let hierarchy = try await visibleHierarchy(context, head)
            let graph = InheritanceGraph(hierarchy.roles)
            return try await accessPage("inheritance", graph.values, at: "inheritance", context, head)
        }
    }
}
