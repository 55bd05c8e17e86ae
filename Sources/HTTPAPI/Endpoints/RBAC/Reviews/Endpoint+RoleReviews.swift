package import Access
import EventStore
import Events
import JSON

extension Endpoint {
    /// Reviews of who has which role, to be worked through line by line. What the pages of the console do by forms.
    package static func roleReviews(_ access: AccessService, _ log: LogAccess) -> [Endpoint] {
        [
            listRoleReviews(access, log), openRoleReview(access), roleReview(access, log), roleReviewLines(access, log),
            decideRoleReviewLine(access), closeRoleReview(access), roleReviewReport(access, log),
        ]
    }

    /// `GET /rbac/reviews`: the reviews of the branches in which the reader may review.
    private static func listRoleReviews(_ access: AccessService, _ log: LogAccess) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/reviews",
            "List the reviews of who has which role",
            details:
                "Newest first, of the branches in which the reader may review access. That it was read is recorded.",
            tag: "rbac",
            access: .permission(.reviewAccess, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: Paging(),
            outputs: .listing(.roleReviews, "The reviews."),
            problems: .unavailable
        ) { context, page in
            try await context.leaveDecision(.reviewAccess)
            let reviews = try await access.getReviews(
                below: page.after?.position ?? .max,
                limit: page.limit + 1,
                context.command()
            )
            let shown = Array(reviews.prefix(page.limit))
            let filter: JSONObject = ["list": "access-reviews"]
            try await log.record(.events, filter, returned: Int64(shown.count), by: .reviewAccess, context)
            let next = reviews.count > shown.count ? shown.last.map { PageCursor(position: $0.openedPosition) } : nil
            return .listing(shown, .roleReviews, page: page, next: next, position: nil, context)
        }
    }

    /// `POST /rbac/reviews`: begins one.
    private static func openRoleReview(_ access: AccessService) -> Endpoint {
        Endpoint(
            .post,
            "/rbac/reviews",
            "Begin a review of who has which role",
            details: """
                Its lines are the assignments in a branch, or of one role of it, as they stand now. For whoever may review \
                access there.
                """,
            tag: "rbac",
            access: .permission(.reviewAccess, in: .decidedByHandler),
            inputs: IdempotencyHeader(),
            JSONBody(ReviewToOpen.self),
            outputs: .json(
                .created,
                .object(.required("reviewId", .identifier), .required("receipt", Receipt.schema)),
                "The review has begun."
            ),
            problems: .notFound,
            .idempotencyKeyReused,
            .unavailable
        ) { context, key, body in
            try await context.leaveDecision(.reviewAccess)
            let opened = try await access.openReview(
                branchID: body.branchID,
                roleID: body.roleID,
                context.command(key)
            )
            let reply = Reply.json(.created, position: opened.receipt.events.last?.position) { writer in
                writer.object { writer in
                    writer.member("reviewId", opened.id)
                    writer.name("receipt")
                    opened.receipt.write(to: &writer)
                }
            }
            return reply.located(at: "/rbac/reviews/\(PercentCoding.encode(opened.id))")
        }
    }

    /// `GET /rbac/reviews/{reviewId}`: how it stands.
    private static func roleReview(_ access: AccessService, _ log: LogAccess) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/reviews/{reviewId}",
            "Show a review of who has which role",
            details: "With how many of its lines were kept and revoked.",
            tag: "rbac",
            access: .permission(.reviewAccess, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: Path("reviewId", .identifier, "The review."),
            outputs: .json(.ok, reviewSchema, "The review."),
            problems: .notFound,
            .unavailable
        ) { context, id in
            try await context.leaveDecision(.reviewAccess)
            let review = try await access.getReview(id, context.command())
            try await noteReading(of: review, returned: 1, log, context)
            return .json { writer in
                writer.object { writer in
                    Columns.roleReviews.writeMembers(review, to: &writer)
                    writer.member("kept", review.kept)
                    writer.member("revoked", review.revoked)
                    if let closed = review.closed {
                        writer.member("stood", object: { RoleReviewCount(closed).write(to: &$0) })
                    }
                }
            }
        }
    }

    /// `GET /rbac/reviews/{reviewId}/lines`: what is to be decided, and what was.
    private static func roleReviewLines(_ access: AccessService, _ log: LogAccess) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/reviews/{reviewId}/lines",
            "List the lines of a review",
            details: """
                The assignments as they stood when the review began, in their order, and how each stands now. That they \
                were read is recorded.
                """,
            tag: "rbac",
            access: .permission(.reviewAccess, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: Path("reviewId", .identifier, "The review."),
            Paging(),
            outputs: .listing(.roleReviewLines, "The lines."),
            problems: .notFound,
            .unavailable
        ) { context, id, page in
            try await context.leaveDecision(.reviewAccess)
            let (review, lines) = try await access.getReviewLines(
                id,
                after: page.after?.position ?? -1,
                limit: page.limit + 1,
                context.command()
            )
            try await noteReading(of: review, returned: Int64(min(lines.value.count, page.limit)), log, context)
            return .listing(lines, .roleReviewLines, page: page, context, key: { _ in "" }) {
                $0.grant.assignedPosition
            }
        }
    }

    /// `POST /rbac/reviews/{reviewId}/lines/{assignedPosition}`: keeps a line, or revokes it.
    private static func decideRoleReviewLine(_ access: AccessService) -> Endpoint {
        Endpoint(
            .post,
            "/rbac/reviews/{reviewId}/lines/{assignedPosition}",
            "Keep or revoke what a line of a review is about",
            details: """
                A revocation takes the role from its user by the ordinary command, in the same append as the decision, and \
                is refused where that is. What was decided already stays, and is answered without a receipt, unless what \
                was revoked is held again. For whoever may take roles away there.
                """,
            tag: "rbac",
            access: .permission(.reviewAccess, in: .decidedByHandler),
            inputs: Path("reviewId", .identifier, "The review."),
            Path("assignedPosition", .position, "The line, by the event that assigned the role."),
            IdempotencyHeader(),
            JSONBody(LineToDecide.self),
            outputs: .json(.ok, .receipt, "It is decided."),
            problems: .notFound,
            .conflict,
            .versionConflict,
            .escalation,
            .lastAdministrator,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, position, key, body in
            try await context.leaveDecision(.reviewAccess)
            return .decided(
                try await access.decide(
                    body.decision,
                    line: position,
                    seen: body.heldPosition,
                    ofReview: id,
                    reason: body.reason,
                    context.command(key)
                )
            )
        }
    }

    /// `POST /rbac/reviews/{reviewId}/close`: ends it.
    private static func closeRoleReview(_ access: AccessService) -> Endpoint {
        Endpoint(
            .post,
            "/rbac/reviews/{reviewId}/close",
            "End a review",
            details: "Nothing is decided in it any more. The event says how its lines stood.",
            tag: "rbac",
            access: .permission(.reviewAccess, in: .decidedByHandler),
            inputs: Path("reviewId", .identifier, "The review."),
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "It has ended."),
            problems: .notFound,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, key in
            try await context.leaveDecision(.reviewAccess)
            return .decided(try await access.closeReview(id, context.command(key)))
        }
    }

    /// `GET /rbac/reviews/{reviewId}/report`: all of it, with proofs.
    private static func roleReviewReport(_ access: AccessService, _ log: LogAccess) -> Endpoint {
        Endpoint(
            .get,
            "/rbac/reviews/{reviewId}/report",
            "Get the report of a review, with proofs",
            details: """
                Every line with what was decided of it, and for each event that it rests on a bundle that \
                `daybook proof check` takes. Of at most \(RoleReviewReport.limit) lines. For whoever may read and prove \
                the branch's events.
                """,
            tag: "rbac",
            access: .permission(.reviewAccess, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: Path("reviewId", .identifier, "The review."),
            outputs: Output(.ok, [.json], nil, "The report."),
            problems: .notFound,
            .conflict,
            .unavailable
        ) { context, id in
            try await context.leaveDecision(.reviewAccess)
            return try await RoleReviewReport(id, access, log, context).reply
        }
    }

    private static func noteReading(
        of review: RoleReview,
        returned: Int64,
        _ log: LogAccess,
        _ context: RequestContext
    ) async throws {
        try await log.record(
            .events,
            ["list": "access-review", "reviewId": .string(review.id), "branchId": .string(review.branchID)],
            returned: returned,
            by: .reviewAccess,
            context
        )
    }

    private static let reviewSchema = Columns.roleReviews.schema(
        named: "RoleReviewStanding",
        with: .required("kept", .integer()),
        .required("revoked", .integer()),
        .optional("stood", .anyObject.described("How its lines stood when it ended"))
    )
}

extension Reply {
    /// Where what was decided is; nothing where it was so already.
    fileprivate static func decided(_ receipt: Receipt?) -> Reply {
        receipt.map { .receipt($0) } ?? .json { $0.object { _ in } }
    }
}

/// A review to begin.
struct ReviewToOpen: JSONReadable {
    let branchID: String
    let roleID: String?

    static let schema = Schema.object(
        .required("branchId", .identifier.described("institution for what was given in the whole")),
        .optional("roleId", .identifier.described("Only of this role"))
    )

    init(reading reader: inout JSONReader) {
        branchID = reader.string("branchId", .identifier)
        roleID = reader.stringIfPresent("roleId", .identifier)
    }
}

/// What becomes of a line.
struct LineToDecide: JSONReadable {
    let decision: RBAC.ReviewDecided.Decision
    let heldPosition: Int64?
    let reason: String?

    static let schema = Schema.object(
        .required("decision", .choice(RBAC.ReviewDecided.Decision.self)),
        .optional(
            "heldPosition",
            .position.described("By which event the role was seen to be held, where that is not the line's own")
        ),
        .optional("reason", .string(AccessRules.text).described("Why; to revoke takes one"))
    )

    init(reading reader: inout JSONReader) {
        decision = reader.choice("decision")
        heldPosition = reader.integerIfPresent("heldPosition", in: 0...JSONReader.safeIntegers.upperBound)
        reason = reader.stringIfPresent("reason", AccessRules.text)
    }
}
