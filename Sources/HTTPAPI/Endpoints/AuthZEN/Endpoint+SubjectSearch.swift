import Access
import JSON

extension Endpoint {
    /// `POST /access/v1/search/subject`: who may do it.
    static func subjectSearch(_ access: AuthZENAccess) -> Endpoint {
        Endpoint(
            .post,
            PathTemplate(stringLiteral: AuthZENPath.subjectSearch),
            "Search for who may do something",
            details: """
                The Subject Search API of OpenID AuthZEN 1.0: users, in the order of their ids. That it was searched is \
                recorded before anything is shown.
                """,
            tag: "authzen",
            access: .permission(.searchAccess, in: .decidedByHandler),
            isQuestion: true,
            inputs: AuthZENBody(SubjectSearch.self),
            outputs: .found(AuthZENSubject.schema),
            problems: .badRequest,
            .unavailable
        ) { context, search in
            try await context.leaveDecision(.searchAccess)
            let place = try context.place(of: search.page)
            let permission = search.permission
            let scope = AccessScope(place: search.resource.place)
            let findings = try await access.access.search(
                search.filter,
                in: scope,
                from: (context.clientAddress, context.userAgent),
                context.command()
            ) { found in
                let users =
                    search.isForUsers
                    ? found.model.subjects(
                        holding: permission,
                        in: scope,
                        at: found.now,
                        after: place.after,
                        limit: place.probe
                    ) : []
                return AccessFindings(first: users, at: place, size: found.size, key: { $0 })
            }
            return .found(findings, search.page, at: place, context) { user, writer in
                writer.member("type", AuthZENSubject.user)
                writer.member("id", user)
            }
        }
    }
}

/// A search for subjects (AuthZEN 1.0, section 8.4).
struct SubjectSearch: AuthZENReadable {
    let isForUsers: Bool
    let permission: String
    let resource: AuthZENResource
    let page: SearchPage

    static let schema = Schema.object(
        .required("subject", AuthZENSubject.soughtSchema),
        .required("action", AuthZENAction.schema),
        .required("resource", AuthZENResource.schema),
        .optional("context", .anyObject),
        .optional("page", SearchPage.schema)
    ).open.named("AuthZENSubjectSearch")

    init?(reading members: MemberReader, problems: inout [FieldProblem]) {
        let subject = AuthZENSubject(members, isSought: true, &problems)
        let action = AuthZENAction(members, &problems)
        let resource = AuthZENResource(members, &problems)
        _ = members.object("context", required: false, &problems)
        page = SearchPage(members, sought: "subject", &problems)
        guard let subject, let action, let resource else { return nil }
        isForUsers = subject.isUser
        permission = resource.permission(for: action.name)
        self.resource = resource
        AuthZENText.require(permission, at: "/action/name", &problems)
        resource.requirePlace(&problems)
    }

    /// What is recorded of it.
    var filter: JSONObject {
        var filter: JSONObject = ["list": "access-search", "sought": "subject", "permission": .string(permission)]
        if let branch = resource.place { filter["branchId"] = .string(branch) }
        return filter
    }
}
