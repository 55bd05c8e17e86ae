import Access
import JSON

extension Endpoint {
    /// `POST /access/v1/search/action`: what somebody may do.
    static func actionSearch(_ access: AuthZENAccess) -> Endpoint {
        Endpoint(
            .post,
            PathTemplate(stringLiteral: AuthZENPath.actionSearch),
            "Search for what somebody may do",
            details: """
                The Action Search API of OpenID AuthZEN 1.0: the actions of the permissions that the subject has on the \
                resource. On a branch itself those are all that the subject may do there, by the permissions' full names.
                """,
            tag: "authzen",
            access: .permission(.searchAccess, in: .decidedByHandler),
            isQuestion: true,
            inputs: AuthZENBody(ActionSearch.self),
            outputs: .found(AuthZENAction.schema),
            problems: .badRequest,
            .unavailable
        ) { context, search in
            try await context.leaveDecision(.searchAccess)
            let place = try context.place(of: search.page)
            let scope = AccessScope(place: search.resource.place)
            let findings = try await access.access.search(
                search.filter,
                in: scope,
                from: (context.clientAddress, context.userAgent),
                context.command()
            ) { found in
                let actions = search.subject.isUser ? search.actions(found, in: scope) : []
                return AccessFindings(actions, at: place, size: found.size, key: { $0 })
            }
            return .found(findings, search.page, at: place, context) { action, writer in
                writer.member("name", action)
            }
        }
    }
}

/// A search for actions (AuthZEN 1.0, section 8.6).
struct ActionSearch: AuthZENReadable {
    let subject: AuthZENSubject
    let resource: AuthZENResource
    let page: SearchPage

    static let schema = Schema.object(
        .required("subject", AuthZENSubject.schema),
        .required("resource", AuthZENResource.schema),
        .optional("context", .anyObject),
        .optional("page", SearchPage.schema)
    ).open.named("AuthZENActionSearch")

    init?(reading members: MemberReader, problems: inout [FieldProblem]) {
        let subject = AuthZENSubject(members, &problems)
        let resource = AuthZENResource(members, &problems)
        _ = members.object("context", required: false, &problems)
        page = SearchPage(members, sought: "action", &problems)
        guard let subject, let resource else { return nil }
        self.subject = subject
        self.resource = resource
        AuthZENText.require(subject.id, at: "/subject/id", &problems)
        AuthZENText.require(resource.type, at: "/resource/type", &problems)
        resource.requirePlace(&problems)
    }

    /// What the subject may do. To a branch that may be anything there are permissions for, by their names.
    func actions(_ access: AccessSearch, in scope: AccessScope) -> [String] {
        let actions = access.model.actions(of: subject.id, on: resource.type, in: scope, at: access.now)
        guard resource.isBranch else { return actions }
        let others = access.model.permissions(of: subject.id, in: scope, at: access.now)
            .filter { $0.resource != resource.type }
        return (actions + others.map(\.name)).sorted { $0.precedesByBytes($1) }
    }

    /// What is recorded of it.
    var filter: JSONObject {
        var filter: JSONObject = ["list": "access-search", "sought": "action", "resource": .string(resource.type)]
        if subject.isUser { filter["userId"] = .string(subject.id) }
        if let branch = resource.place { filter["branchId"] = .string(branch) }
        return filter
    }
}
