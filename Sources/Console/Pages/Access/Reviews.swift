import Access
import EventStore
import Events
import HTTPAPI
import JSON

extension ConsoleSite {
    /// Reviews of access: begin one, work through it, end it, and take its report away.
    var reviewPages: [Endpoint] { [reviewList, openReview, reviewPage, decideLine, closeReview, reviewReport] }

    private static let permission = BuiltInPermission.reviewAccess

    /// `GET /console/access/reviews`: the reviews of the branches in which the reader may review.
    private var reviewList: Endpoint {
        Endpoint(
            .get,
            "/console/access/reviews",
            "Show reviews of access",
            tag: "console",
            access: .permission(Self.permission.name, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, head in
            try await context.leaveDecision(Self.permission)
            let reviews = try await parts.access.getReviews(limit: 100, context.command())
            let filter: JSONObject = ["list": "access-reviews"]
            try await parts.log.record(.events, filter, returned: Int64(reviews.count), by: Self.permission, context)
            let values: [String: Any] = [
                "reviews": reviews.map { review in
                    [
                        "path": ConsolePaths.review(review.id), "branch": review.branchID,
                        "role": review.roleID.map { $0 as Any } ?? false, "at": MomentText.words(review.openedAt),
                        "by": review.openedBy,
                    ] as [String: Any]
                },
                "isEmpty": reviews.isEmpty,
                "mayOpen": try await context.allows(BuiltInPermission.removeRoles.name, in: .anywhere),
            ]
            return try await accessPage("reviews", values, at: "reviews", context, head, isOfMoment: false)
        }
    }

    /// `POST /console/access/reviews`: begins one.
    private var openReview: Endpoint {
        Endpoint(
            .post,
            "/console/access/reviews",
            "Begin a review of access",
            tag: "console",
            access: .permission(Self.permission.name, in: .decidedByHandler),
            inputs: FormBody("branch", "role", "once", "form"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, form, head in
            try await context.leaveDecision(Self.permission)
            try checkForm(form, head)
            let role = (form["role"] ?? "").isEmpty ? nil : form["role"]
            var command = context.command()
            let filled = ["review", form["branch"] ?? "", role ?? ""]
            command.idempotency = Author(context, once: form["once"] ?? "", filled).idempotency
            let opened = try await parts.access.openReview(branchID: form["branch"] ?? "", roleID: role, command)
            return PageReply.seeOther(ConsolePaths.review(opened.id))
        }
    }

    /// `GET /console/access/reviews/{reviewId}`: its lines, with what was decided of each.
    private var reviewPage: Endpoint {
        Endpoint(
            .get,
            "/console/access/reviews/{reviewId}",
            "Show a review of access",
            tag: "console",
            access: .permission(Self.permission.name, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: Path("reviewId", .identifier, "The review."),
            IdentifierQuery("after"),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .unavailable
        ) { [self] context, id, query, head in
            try await context.leaveDecision(Self.permission)
            let after = query["after"].flatMap { MomentText.position($0) } ?? -1
            let (review, read) = try await parts.access.getReviewLines(
                id,
                after: after,
                limit: Self.linesOnAPage + 1,
                context.command()
            )
            let lines = read.value
            let shown = Array(lines.prefix(Self.linesOnAPage))
            try await parts.log.record(
                .events,
                ["list": "access-review", "reviewId": .string(id), "branchId": .string(review.branchID)],
                returned: Int64(shown.count),
                by: Self.permission,
                context
            )
            let scope = BranchScope(place: review.branchID)
            let mayDecide = try await context.allows(BuiltInPermission.removeRoles.name, in: scope)
            var values = ReviewFacts(review, shown, mayDecide: mayDecide, actor: context.actor).values
            values["here"] = query["after"] ?? ""
            values["first"] = after < 0 ? false : ConsolePaths.review(id)
            if lines.count > shown.count, let last = shown.last {
                values["next"] = ConsolePaths.page(
                    ConsolePaths.review(id),
                    [("after", String(last.grant.assignedPosition))]
                )
            }
            return try await accessPage("review", values, at: "reviews", context, head, isOfMoment: false)
        }
    }

    private static let linesOnAPage = 60

    /// `POST /console/access/reviews/{reviewId}/lines`: keeps a line, or revokes it.
    private var decideLine: Endpoint {
        Endpoint(
            .post,
            "/console/access/reviews/{reviewId}/lines",
            "Keep or revoke what a review is about",
            tag: "console",
            access: .permission(Self.permission.name, in: .decidedByHandler),
            inputs: Path("reviewId", .identifier, "The review."),
            FormBody("line", "seen", "decision", "reason", "after", "form"),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .unavailable
        ) { [self] context, id, form, head in
            try await context.leaveDecision(Self.permission)
            try checkForm(form, head)
            guard let line = MomentText.position(form["line"] ?? ""),
                let decision = RBAC.ReviewDecided.Decision(rawValue: form["decision"] ?? "")
            else { throw Problem(.invalidBody, "The form is to say which line, and whether to keep or to revoke.") }
            let reason = (form["reason"] ?? "").isEmpty ? nil : form["reason"]
            _ = try await parts.access.decide(
                decision,
                line: line,
                seen: form["seen"].flatMap { MomentText.position($0) },
                ofReview: id,
                reason: reason,
                context.command()
            )
            let after = (form["after"] ?? "").isEmpty ? nil : form["after"]
            let page = ConsolePaths.page(ConsolePaths.review(id), [("after", after)])
            return PageReply.seeOther("\(page)#line-\(line)")
        }
    }

    /// `POST /console/access/reviews/{reviewId}/end`: ends it.
    private var closeReview: Endpoint {
        Endpoint(
            .post,
            "/console/access/reviews/{reviewId}/end",
            "End a review of access",
            tag: "console",
            access: .permission(Self.permission.name, in: .decidedByHandler),
            inputs: Path("reviewId", .identifier, "The review."),
            FormBody("form"),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .unavailable
        ) { [self] context, id, form, head in
            try await context.leaveDecision(Self.permission)
            try checkForm(form, head)
            _ = try await parts.access.closeReview(id, context.command())
            return PageReply.seeOther(ConsolePaths.review(id))
        }
    }
}
