import Access
import HTTPAPI

extension ConsoleSite {
    /// `GET /console/access`: who has roles, in the branches in which the reader may see that.
    var peoplePage: Endpoint {
        let permission = BuiltInPermission.readUserRoles
        return Endpoint(
            .get,
            "/console/access",
            "Show who has roles",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            mayBeKept: false,
            inputs: IdentifierQuery("text", "branch", "after"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, query, head in
            let branches = try await Endpoint.readable(query["branch"], parts.access, context)
            let found = try await parts.access.getPeople(
                matching: query["text"],
                branches: branches,
                asOf: accessMoment(head),
                after: query["after"] ?? "",
                limit: Self.peopleOnAPage + 1
            ).value
            let shown = found.prefix(Self.peopleOnAPage)
            let filter = [("text", query["text"]), ("branch", query["branch"])]
            var values: [String: Any] = [
                "text": query["text"] ?? "", "branch": query["branch"] ?? "",
                "people": shown.map(Self.values), "isEmpty": shown.isEmpty,
                "start": query["after"] == nil ? false : ConsolePaths.page(ConsolePaths.access, filter),
            ]
            if found.count > shown.count, let last = shown.last {
                values["next"] = ConsolePaths.page(ConsolePaths.access, filter + [("after", last.userID)])
            }
            return try await accessPage("people", values, at: "people", context, head)
        }
    }

    private static let peopleOnAPage = 100

    private static func values(_ person: PersonRecord) -> [String: Any] {
        [
            "id": person.userID, "path": ConsolePaths.person(person.userID),
            "roles": person.roles.prefix(6).map { ["role": $0.name, "branch": $0.branchID] },
            "others": person.roles.count > 6 ? String(person.roles.count - 6) : false,
            "ends": person.nextEnd.map { MomentText.words($0) as Any } ?? false,
        ]
    }
}
