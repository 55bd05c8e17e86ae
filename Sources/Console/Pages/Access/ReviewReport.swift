import Access
import EventStore
import Events
import HTTPAPI
import HTTPTypes
import JSON

extension ConsoleSite {
    /// `GET /console/access/reviews/{reviewId}/report`: every line of a review with what was decided of it, and for each event that it
    /// rests on the bundle by which anybody proves that event, all to one signed checkpoint.
    var reviewReport: Endpoint {
        let permission = BuiltInPermission.reviewAccess
        return Endpoint(
            .get,
            "/console/access/reviews/{reviewId}/report",
            "Get the report of a review of access",
            tag: "console",
            access: .permission(permission.name, in: .decidedByHandler),
            routeClass: .audit,
            mayBeKept: false,
            inputs: Path("reviewId", .identifier, "The review."),
            outputs: Output(.ok, [.json], nil, "The report."),
            problems: .notFound,
            .unavailable
        ) { [self] context, id in
            try await context.leaveDecision(permission)
            let review = try await parts.access.getReview(id, context.command())
            let place = BranchScope(place: review.branchID)
            for needed in [BuiltInPermission.readLogEvents, .readProofs] {
                try await context.require(needed.name, in: place)
            }
            let read = try await parts.access.lines(of: review, limit: Self.reportable + 1)
            let lines = read.value
            guard lines.count <= Self.reportable else {
                throw Problem(
                    .conflict,
                    "The review has more than \(Self.reportable) lines, and a report proves no more. Begin a review of each role."
                )
            }
            let bundles = try await bundles(review, lines, context)
            try await parts.log.record(
                .proof,
                ["list": "access-review", "reviewId": .string(id), "branchId": .string(review.branchID)],
                returned: Int64(bundles.count),
                by: .readProofs,
                context
            )
            var reply = Reply.json { writer in
                writer.object { writer in
                    writer.member("format", "daybook access review 1")
                    writer.member("notProven", Self.notProven)
                    review.write(into: &writer)
                    writer.member("asOfPosition", read.size - 1)
                    RoleReviewCount(lines).write(into: &writer)
                    writer.member("lines", array: { writer in for line in lines { line.write(into: &writer) } })
                    writer.member(
                        "evidence",
                        array: { writer in
                            for bundle in bundles { bundle.write(into: &writer, includingPersonal: false) }
                        }
                    )
                }
            }
            reply.headers[.contentDisposition] = ContentDisposition.attachment("access-review-\(id).json")
            return PageReply.guarded(reply)
        }
    }

    /// How many lines a report has at most.
    private static let reportable = 500

    private static let notProven =
        "That the lines are all assignments there were when the review began is said by this server. What the evidence proves is "
        + "that each of its events was recorded as it stands there."

    private func bundles(
        _ review: RoleReview,
        _ lines: [RoleReviewLine],
        _ context: RequestContext
    ) async throws -> [ProofBundle] {
        let assigned = lines.flatMap { [$0.grant.assignedPosition] + [$0.held?.position].compactMap(\.self) }
        let positions = Set(review.positions + assigned).sorted()
        guard let last = positions.last, let size = try await parts.store.checkpointSize(covering: last + 1) else {
            throw Problem.unavailable(
                retryAfter: .seconds(1),
                "No checkpoint covers the review yet. Try again shortly."
            )
        }
        var bundles: [ProofBundle] = []
        for position in positions {
            guard let event = try await rawEvent(at: position, context) else {
                throw Problem.notFound("event at position that you may read", "\(position)")
            }
            bundles.append(
                ProofBundle(event: event, proof: try await parts.store.prover.proof(of: position, treeSize: size))
            )
        }
        return bundles
    }
}

extension RoleReview {
    fileprivate func write(into writer: inout JSONWriter) {
        writer.member("reviewId", id)
        writer.member("branchId", branchID)
        if let roleID { writer.member("roleId", roleID) }
        writer.member("openedPosition", openedPosition)
        writer.member("openedAt", openedAt)
        writer.member("openedBy", openedBy)
        if let closedPosition { writer.member("closedPosition", closedPosition) }
        if let closedAt { writer.member("closedAt", closedAt) }
        if let closedBy { writer.member("closedBy", closedBy) }
    }
}

extension RoleReviewCount {
    fileprivate func write(into writer: inout JSONWriter) {
        writer.member("kept", kept)
        writer.member("revoked", revoked)
        writer.member("heldAgain", heldAgain)
        writer.member("undecided", undecided)
        writer.member("renewed", renewed)
        writer.member("ended", ended)
    }
}

extension RoleReviewLine {
    fileprivate func write(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("userId", grant.userID)
            writer.member("roleId", grant.roleID)
            writer.member("branchId", grant.branchID)
            writer.member("assignedPosition", grant.assignedPosition)
            writer.member("assignedAt", grant.assignedAt)
            writer.member("assignedBy", grant.assignedBy)
            if let expiresAt = grant.expiresAt { writer.member("expiresAt", expiresAt) }
            writer.member("isHeld", held != nil)
            if let held { writer.member("heldPosition", held.position) }
            writer.member("decision", decided?.decision.rawValue ?? "none")
            guard let decided else { return }
            writer.member("decidedPosition", decided.position)
            writer.member("decidedAt", decided.at)
            writer.member("decidedBy", decided.by)
            writer.member("isOwnDecision", decided.by == grant.userID)
            if let renewed = decided.renewedPosition { writer.member("renewedPosition", renewed) }
            if let reason = decided.reason { writer.member("reason", reason) }
            if let removedPosition = decided.removedPosition { writer.member("removedPosition", removedPosition) }
        }
    }
}
