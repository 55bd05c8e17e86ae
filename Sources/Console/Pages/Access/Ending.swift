import Access
import HTTPAPI
import Time

extension ConsoleSite {
    /// `GET /console/access/ending`: assignments that end soon, the first to end first, as far as the reader may see them.
    var endingPage: Endpoint {
        let permission = BuiltInPermission.readUserRoles
        return Endpoint(
            .get,
            "/console/access/ending",
            "Show what ends soon",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            mayBeKept: false,
            inputs: IdentifierQuery("days", "branch"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, query, head in
            let branches = try await Endpoint.readable(query["branch"], parts.access, context)
            guard let days = Int64(query["days"] ?? "30"), (1...3_660).contains(days) else {
                throw Problem.parameter(.query, "days", "is to be a whole number from 1 to 3660.")
            }
            let time = try await time(head, context)
            let found = try await parts.access.getExpiring(
                by: time + .seconds(days * 86_400),
                branches: branches,
                asOf: accessMoment(head),
                limit: Self.endsShown + 1
            ).value
            let values: [String: Any] = [
                "days": String(days), "branch": query["branch"] ?? "", "isEmpty": found.isEmpty,
                "grants": found.prefix(Self.endsShown).map { GrantLine($0, at: time).values },
                "isCut": found.count > Self.endsShown,
            ]
            return try await accessPage("ending", values, at: "ending", context, head)
        }
    }

    private static let endsShown = 200
}
