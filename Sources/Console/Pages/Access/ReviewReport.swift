import Access
import HTTPAPI

extension ConsoleSite {
    /// `GET /console/access/reviews/{reviewId}/report`: what `GET /rbac/reviews/{reviewId}/report` gives, by the session.
    var reviewReport: Endpoint {
        Endpoint(
            .get,
            "/console/access/reviews/{reviewId}/report",
            "Get the report of a review of access",
            tag: "console",
            access: .permission(BuiltInPermission.reviewAccess.name, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: Path("reviewId", .identifier, "The review."),
            outputs: Output(.ok, [.json], nil, "The report."),
            problems: .notFound,
            .unavailable
        ) { [self] context, id in
            try await context.leaveDecision(.reviewAccess)
            return PageReply.guarded(try await RoleReviewReport(id, parts.access, parts.log, context).reply)
        }
    }
}
