import Access
import Audit
import HTTPAPI

extension ConsoleSite {
    /// `GET /console/overview`: what a list of the history holds, over time and by what it can be narrowed down to. The list
    /// brings it in by itself; counting may take longer than the list does.
    var overviewPage: Endpoint {
        let permission = BuiltInPermission.readEvents
        return Endpoint(
            .get,
            "/console/overview",
            "Show what a list of the history holds",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: HistoryInput(),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, question, head in
            try await context.require(permission.name, in: .history(question.filter.branch))
            let reader = try await parts.log.history.reader(permission, context)
            let chosen = AuditMoment(cookies.chosenMoment(in: head.headers)?.moment, cursor: nil)
            let overview = try await parts.audit.overview(of: question.filter, asOf: chosen, by: reader)
            let values = OverviewFacts(overview, question).values
            return try await page("overview", values, at: "history", context, head, isOfMoment: true)
        }
    }
}
