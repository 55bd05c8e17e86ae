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
            inputs: IdentifierQuery("after"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, query, head in
            let hierarchy = try await visibleHierarchy(context, head)
            let graph = InheritanceGraph(hierarchy.roles, after: query["after"])
            var values = graph.values
            let path = "\(ConsolePaths.access)/inheritance"
            values["first"] = query["after"] == nil ? false : path
            if let last = graph.last {
                values["next"] = "\(ConsolePaths.page(path, [("after", last)]))#list"
            }
            return try await accessPage("inheritance", values, at: "inheritance", context, head)
        }
    }
}
