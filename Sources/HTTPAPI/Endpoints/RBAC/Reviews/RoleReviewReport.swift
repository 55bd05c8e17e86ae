package import Access
import EventStore
import Events
import HTTPTypes
import JSON

/// Every line of a review with what was decided of it, and for each event that it rests on the bundle by which anybody proves that
/// event, all to one signed checkpoint.
package struct RoleReviewReport: Sendable {
    /// How many lines a report has at most.
    package static let limit = 500

    private static let notProven =
        "That the lines are all assignments there were when the review began is said by this server. What the evidence proves is "
        + "that each of its events was recorded as it stands there."

    private let review: RoleReview
    private let lines: AccessAnswer<[RoleReviewLine]>
    private let bundles: [ProofBundle]

    /// The report of a review, for whoever may review access in its branch and read and prove each of its events. That it was asked
    /// for is recorded before it is shown.
    ///
    /// - Throws: `AccessRefusal`; `Problem` where an event may not be read, or there is no checkpoint yet.
    package init(_ id: String, _ access: AccessService, _ log: LogAccess, _ context: RequestContext) async throws {
        (review, lines) = try await access.getReviewLines(id, limit: Self.limit + 1, context.command())
        let place = BranchScope(place: review.branchID)
        for needed in [BuiltInPermission.readLogEvents, .readProofs] {
            try await context.require(needed.name, in: place)
        }
        guard lines.value.count <= Self.limit else {
            throw Problem(
                .conflict,
                "The review has more than \(Self.limit) lines, and a report proves no more. Begin a review of each role."
            )
        }
        bundles = try await Self.bundles(review, lines.value, log, context)
        try await log.record(
            .proof,
            ["list": "access-review", "reviewId": .string(id), "branchId": .string(review.branchID)],
            returned: Int64(bundles.count),
            by: .readProofs,
            context
        )
    }

    private static func bundles(
        _ review: RoleReview,
        _ lines: [RoleReviewLine],
        _ log: LogAccess,
        _ context: RequestContext
    ) async throws -> [ProofBundle] {
        let assigned = lines.flatMap { [$0.grant.assignedPosition] + [$0.held?.position].compactMap(\.self) }
        let positions = Set(review.positions + assigned).sorted()
        guard let last = positions.last, let size = try await log.store.checkpointSize(covering: last + 1) else {
            throw Problem.unavailable(
                retryAfter: .seconds(1),
                "No checkpoint covers the review yet. Try again shortly."
            )
        }
        var bundles: [ProofBundle] = []
        for position in positions {
            let event = try await log.event(at: position, size: nil, by: .readLogEvents, context)
            try await context.require(
                BuiltInPermission.readProofs.name,
                in: .history(event.header.branch ?? RBAC.institutionBranch)
            )
            bundles.append(
                ProofBundle(event: event, proof: try await log.store.prover.proof(of: position, treeSize: size))
            )
        }
        return bundles
    }

    /// As a file to take away.
    package var reply: Reply {
        var reply = Reply.json { writer in
            writer.object { writer in
                writer.member("format", "daybook access review 1")
                writer.member("notProven", Self.notProven)
                Columns.roleReviews.writeMembers(review, to: &writer)
                writer.member("asOfPosition", lines.size - 1)
                let now = RoleReviewCount(lines.value)
                // Of one that has ended its own event says how it stood; what has come of the lines since is told apart.
                (review.closed.map(RoleReviewCount.init) ?? now).write(to: &writer)
                if review.isClosed { writer.member("now", object: { now.write(to: &$0) }) }
                writer.member(
                    "lines",
                    array: { writer in
                        for line in lines.value { Columns.roleReviewLines.write(line, to: &writer) }
                    }
                )
                writer.member(
                    "evidence",
                    array: { writer in
                        for bundle in bundles { bundle.write(into: &writer, includingPersonal: false) }
                    }
                )
            }
        }
        reply.headers[.contentDisposition] = ContentDisposition.attachment("access-review-\(review.id).json")
        return reply
    }
}
