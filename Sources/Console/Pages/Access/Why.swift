import Access
import HTTPAPI

extension ConsoleSite {
    /// `GET /console/access/why`: why somebody may do something, or may not, by the explanation that the API gives. That it was asked
    /// is taken down as there.
    var whyPage: Endpoint {
        let permission = BuiltInPermission.explainAccess
        return Endpoint(
            .get,
            "/console/access/why",
            "Explain why somebody may do something, or may not",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            mayBeKept: false,
            inputs: IdentifierQuery("user", "permission", "branch"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, query, head in
            try await context.leaveDecision(permission)
            let moment = accessMoment(head)
            var values: [String: Any] = [
                "user": query["user"] ?? "", "permission": query["permission"] ?? "", "branch": query["branch"] ?? "",
                "permissions": try await permissionNames(context, moment),
            ]
            if let user = query["user"], let asked = query["permission"] {
                let question = AccessQuestion(userID: user, permission: asked, branchID: query["branch"])
                let answer = try await parts.access.explain(question, asOf: moment, context.command()).value
                values["isAsked"] = true
                values["place"] = query["branch"] ?? BranchScope.institutionBranch
                values.merge(WhyFacts(answer, user: user).values) { $1 }
            }
            return try await accessPage("why", values, at: "why", context, head)
        }
    }
}
