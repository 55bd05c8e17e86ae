package import Access
import JSON

extension Endpoint {
    /// Who may do something, and what somebody may do.
    static func whoAndWhat(_ access: AccessService, _ answers: CachedAnswers?) -> [Endpoint] {
        [whoCan(access), whatCan(access, answers)]
    }

    /// `GET /rbac/permissions/{permissionId}/users`: who may do something.
    private static func whoCan(_ access: AccessService) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/permissions/{permissionId}/users",
            "List who has a permission",
            details:
                "In one branch or, without `branchId`, in the institution as a whole. That it was asked is recorded.",
            tag: "rbac",
            access: .permission(.searchAccess, in: .decidedByHandler),
            inputs: Path("permissionId", .identifier, "The permission."),
            Query("branchId", .identifier, "Where."),
            AsOf(),
            Paging(default: 100),
            outputs: .listing(.holders, "The users by id."),
            problems: .unavailable
        ) { context, permission, branch, asOf, page in
            try await context.leaveDecision(.searchAccess)
            let scope = AccessScope(searched: branch)
            var filter: JSONObject = ["list": "who-can", "permission": .string(permission)]
            if let branch { filter["branchId"] = .string(branch) }
            let findings = try await access.search(
                filter,
                in: scope,
                asOf: AccessMoment(asOf, page.after),
                from: (context.clientAddress, context.userAgent),
                context.command()
            ) { search in
                let users = search.model.subjects(
                    holding: permission,
                    in: scope,
                    at: search.now,
                    after: page.after?.key,
                    limit: page.limit + 1
                )
                return AccessFindings(users, size: search.size)
            }
            let answer = AccessAnswer(value: findings.rows, size: findings.size)
            return .listing(answer, .holders, page: page, context) { $0 }
        }
    }

    /// `GET /rbac/users/{userId}/permissions`: what somebody may do.
    private static func whatCan(_ access: AccessService, _ answers: CachedAnswers?) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/users/{userId}/permissions",
            "List what a user may do",
            details:
                "In one branch or, without `branchId`, in the institution as a whole. That it was asked is recorded.",
            tag: "rbac",
            access: .permission(.searchAccess, in: .decidedByHandler),
            inputs: Path("userId", .identifier, "The user."),
            Query("branchId", .identifier, "Where."),
            AsOf(),
            Paging(default: 500, maximum: 10_000),
            outputs: .listing(.held, "The permissions by name."),
            problems: .unavailable
        ) { context, user, branch, asOf, page in
            try await context.leaveDecision(.searchAccess)
            let scope = AccessScope(searched: branch)
            var filter: JSONObject = ["list": "what-can", "userId": .string(user)]
            if let branch { filter["branchId"] = .string(branch) }
            let moment = AccessMoment(asOf, page.after)
            var reply: Reply?
            // That it was asked is decided and recorded each time, whether the answer is kept or not.
            _ = try await access.search(
                filter,
                in: scope,
                asOf: moment,
                from: (context.clientAddress, context.userAgent),
                context.command()
            ) { search in
                let question = HeldQuestion(user: user, scope: scope, page: page, isOfNow: moment == .now)
                let (found, count) = try await question.answer(search, answers, context)
                reply = found
                return AccessFindings(Array(repeating: true, count: count), size: search.size)
            }
            guard let reply else { throw EndpointError("A search ended without having searched.") }
            return reply
        }
    }
}

extension AccessScope {
    /// The scope of a search; the institution as a whole where no branch is named.
    package init(searched branch: String?) {
        switch branch {
        case nil, BranchScope.institutionBranch: self = .institution
        case let branch?: self = .branch(branch)
        }
    }
}

extension Columns<String> {
    fileprivate static let holders = Columns("PermissionHolder", .init("userId", .identifier) { .string($0) })
}

extension Columns<Permission> {
    static let held = Columns(
        "HeldPermission",
        .init("permissionId", .identifier) { .string($0.id) },
        .init("name", .string()) { .string($0.name) },
        .init("resource", .string()) { .string($0.resource) },
        .init("action", .string()) { .string($0.action) },
        .init("description", .string()) { .optional($0.description) }
    )
}
