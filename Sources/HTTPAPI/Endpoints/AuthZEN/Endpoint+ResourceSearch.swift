import Access
import JSON

extension Endpoint {
    /// `POST /access/v1/search/resource`: on what somebody may do it.
    static func resourceSearch(_ access: AuthZENAccess) -> Endpoint {
        Endpoint(
            .post,
            PathTemplate(stringLiteral: AuthZENPath.resourceSearch),
            "Search for what somebody may do something to",
            details: """
                The Resource Search API of OpenID AuthZEN 1.0: branches, roles (`rbac.roles`), permissions \
                (`rbac.permissions`) and what is known of the institution (`institution.students` and the others), where \
                whoever asks may search, and may read these themselves. Each comes with its branch.
                """,
            tag: "authzen",
            access: .permission(.searchAccess, in: .decidedByHandler),
            isQuestion: true,
            inputs: AuthZENBody(ResourceSearch.self),
            outputs: .found(AuthZENResource.schema),
            problems: .badRequest,
            .unavailable
        ) { context, search in
            try await context.leaveDecision(.searchAccess)
            let place = try context.place(of: search.page)
            let findings = try await access.access.search(
                search.filter,
                in: search.branch.map { AccessScope(place: $0) } ?? .anywhere,
                from: (context.clientAddress, context.userAgent),
                context.command()
            ) { found in
                let finder = ResourceFinder(institution: access.institution, search: search, access: found)
                return try await finder.find(at: place)
            }
            return .found(findings, search.page, at: place, context) { resource, writer in
                writer.member("type", search.resource.type)
                writer.member("id", resource.id)
                guard let branch = resource.branch else { return }
                writer.member("properties", object: { writer in writer.member("branchId", branch) })
            }
        }
    }
}

/// A search for resources (AuthZEN 1.0, section 8.5).
struct ResourceSearch: AuthZENReadable {
    let subject: AuthZENSubject
    let permission: String
    let resource: AuthZENResource
    let page: SearchPage

    static let schema = Schema.object(
        .required("subject", AuthZENSubject.schema),
        .required("action", AuthZENAction.schema),
        .required("resource", AuthZENResource.soughtSchema),
        .optional("context", .anyObject),
        .optional("page", SearchPage.schema)
    ).open.named("AuthZENResourceSearch")

    init?(reading members: MemberReader, problems: inout [FieldProblem]) {
        let subject = AuthZENSubject(members, &problems)
        let action = AuthZENAction(members, &problems)
        let resource = AuthZENResource(members, isSought: true, &problems)
        _ = members.object("context", required: false, &problems)
        page = SearchPage(members, sought: "resource", &problems)
        guard let subject, let action, let resource else { return nil }
        self.subject = subject
        self.resource = resource
        permission = resource.permission(for: action.name)
        AuthZENText.require(subject.id, at: "/subject/id", &problems)
        AuthZENText.require(permission, at: "/action/name", &problems)
        if let branch { AuthZENText.require(branch, at: "/resource/properties/branchId", &problems) }
    }

    /// The only branch to search in, if there is one.
    var branch: String? { resource.branchID }

    /// What is recorded of it.
    var filter: JSONObject {
        var filter: JSONObject = ["list": "access-search", "sought": "resource", "permission": .string(permission)]
        if subject.isUser { filter["userId"] = .string(subject.id) }
        if let branch { filter["branchId"] = .string(branch) }
        return filter
    }
}
