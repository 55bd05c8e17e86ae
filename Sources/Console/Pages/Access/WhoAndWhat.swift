import Access
import HTTPAPI
import JSON

extension ConsoleSite {
    /// `GET /console/access/who`: who may do something. That it was asked is recorded, as over the API.
    var whoPage: Endpoint {
        let permission = BuiltInPermission.searchAccess
        return Endpoint(
            .get,
            "/console/access/who",
            "Show who may do something",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            mayBeKept: false,
            inputs: IdentifierQuery("permission", "branch", "after"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, query, head in
            try await context.leaveDecision(permission)
            let moment = accessMoment(head)
            var values: [String: Any] = [
                "permission": query["permission"] ?? "", "branch": query["branch"] ?? "",
                "permissions": try await permissionNames(context, moment),
            ]
            if let asked = query["permission"] {
                let users = try await holders(of: asked, in: query["branch"], after: query["after"], moment, context)
                let shown = users.prefix(Self.holdersOnAPage)
                values["isAsked"] = true
                values["place"] = query["branch"] ?? BranchScope.institutionBranch
                values["isEmpty"] = shown.isEmpty
                values["holders"] = shown.map { user in
                    [
                        "id": user, "path": ConsolePaths.person(user),
                        "why": ConsolePaths.why(user, asked, in: query["branch"]),
                    ]
                }
                if users.count > shown.count, let last = shown.last {
                    values["next"] = ConsolePaths.page(
                        "\(ConsolePaths.access)/who",
                        [("permission", asked), ("branch", query["branch"]), ("after", last)]
                    )
                }
            }
            return try await accessPage("who", values, at: "who", context, head)
        }
    }

    private static let holdersOnAPage = 200

    private func holders(
        of permission: String,
        in branch: String?,
        after: String?,
        _ moment: AccessMoment,
        _ context: RequestContext
    ) async throws -> [String] {
        let scope = AccessScope(searched: branch)
        var filter: JSONObject = ["list": "who-can", "permission": .string(permission)]
        if let branch { filter["branchId"] = .string(branch) }
        return try await parts.access.search(
            filter,
            in: scope,
            asOf: moment,
            from: (context.clientAddress, context.userAgent),
            context.command()
        ) { search in
            AccessFindings(
                search.model.subjects(
                    holding: permission,
                    in: scope,
                    at: search.now,
                    after: after,
                    limit: Self.holdersOnAPage + 1
                ),
                size: search.size
            )
        }.rows
    }

    /// `GET /console/access/what`: what somebody may do. That it was asked is recorded, as over the API.
    var whatPage: Endpoint {
        let permission = BuiltInPermission.searchAccess
        return Endpoint(
            .get,
            "/console/access/what",
            "Show what somebody may do",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            mayBeKept: false,
            inputs: IdentifierQuery("user", "branch"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, query, head in
            try await context.leaveDecision(permission)
            var values: [String: Any] = ["user": query["user"] ?? "", "branch": query["branch"] ?? ""]
            if let user = query["user"] {
                values["isAsked"] = true
                values["path"] = ConsolePaths.person(user)
                values["place"] = query["branch"] ?? BranchScope.institutionBranch
                values["held"] = try await held(by: user, in: query["branch"], accessMoment(head), context)
            }
            return try await accessPage("what", values, at: "what", context, head)
        }
    }

    /// What somebody may do in a place, by resource; refused to those who may not search there.
    func held(
        by user: String,
        in branch: String?,
        _ moment: AccessMoment,
        _ context: RequestContext
    ) async throws -> [String: Any] {
        let scope = AccessScope(searched: branch)
        var filter: JSONObject = ["list": "what-can", "userId": .string(user)]
        if let branch { filter["branchId"] = .string(branch) }
        let held = try await parts.access.search(
            filter,
            in: scope,
            asOf: moment,
            from: (context.clientAddress, context.userAgent),
            context.command()
        ) { search in
            AccessFindings(search.model.permissions(of: user, in: scope, at: search.now), size: search.size)
        }.rows
        let resources = Dictionary(grouping: held, by: \.resource).sorted { $0.key < $1.key }
        return [
            "count": String(held.count), "isEmpty": held.isEmpty,
            "resources": resources.map { resource, permissions in
                [
                    "resource": resource,
                    "actions": permissions.map { permission in
                        ["action": permission.action, "why": ConsolePaths.why(user, permission.name, in: branch)]
                    },
                ] as [String: Any]
            },
        ]
    }
}
