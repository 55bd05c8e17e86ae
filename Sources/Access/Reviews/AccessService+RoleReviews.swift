package import EventStore
package import Events
import Foundation
import Time

// Whoever reviews may review access in the branch; whoever decides may take roles away there as well, since who may not take
// may not decide that something stays either.
extension AccessService {
    /// Begins a review of who has which role in a branch, of one role if given; its id and where it was recorded. A request that is
    /// repeated begins no other.
    package func openReview(
        branchID: String,
        roleID: String? = nil,
        _ context: CommandContext
    ) async throws -> (id: String, receipt: Receipt) {
        try AccessText.requireID(branchID, at: "/branchId")
        if let roleID { try AccessText.requireID(roleID, at: "/roleId") }
        let id = UUIDv7.generate().uuidString.lowercased()
        let now = clock()
        let receipt = try await runner.review(context) { snapshot in
            try snapshot.model.requireReviewing(in: branchID, of: context.actor, at: now)
            try snapshot.model.requireReviewable(branchID, roleID, by: context.actor, at: now)
            let opened = RBAC.ReviewOpened(reviewID: id, branchID: branchID, roleID: roleID)
            return ReviewPlan(branchID, id, .none, NewEvent(opened))
        }
        guard let receipt else { throw AccessRefusal(.contended, "The review could not be begun. Try again.") }
        return (receipt.events.first.map { RoleReview.id(ofStream: $0.stream) } ?? id, receipt)
    }

    /// A review, for whoever may review access in its branch; to others there is none.
    package func getReview(_ id: String, _ context: CommandContext) async throws -> RoleReview {
        try await review(id, on: try await directory.current(since: context.startedAt), context)
    }

    /// The newest reviews in the branches in which the actor may review access, without what was decided in them.
    ///
    /// - Parameter position: only those that were begun below it.
    package func getReviews(
        below position: Int64 = .max,
        limit: Int,
        _ context: CommandContext
    ) async throws -> [RoleReview] {
        let branches = try await branches(where: context, has: .reviewAccess)
        return try await reader.reviews(in: branches.map { $0.sorted() }, below: position, limit: limit)
    }

    /// A review and its lines in the order of their assignment, both as they stand after the same events.
    ///
    /// - Parameter after: the assignment that the page before ended with.
    package func getReviewLines(
        _ id: String,
        after: Int64 = -1,
        limit: Int = .max,
        _ context: CommandContext
    ) async throws -> (review: RoleReview, lines: AccessAnswer<[RoleReviewLine]>) {
        let snapshot = try await directory.current(since: context.startedAt)
        let size = try await store.head().size
        let review = try await review(id, below: size, on: snapshot, context)
        let lines = try await reader.lines(of: review, size: size, now: clock(), after: after, limit: limit)
        return (review, AccessAnswer(value: lines, size: size))
    }

    /// Keeps a line of a review, or revokes it: then the role is taken from its user by the ordinary command, with the reviewer's
    /// reason, in the same append, and all that this refuses is refused here. What was decided already stays, and so is answered
    /// without an event, unless what was revoked is held again.
    ///
    /// - Parameters:
    ///   - position: of the assignment that the line is about.
    ///   - seen: the assignment by which the reviewer saw the role held, where it was renewed or assigned anew since.
    package func decide(
        _ decision: RBAC.ReviewDecided.Decision,
        line position: Int64,
        seen: Int64? = nil,
        ofReview id: String,
        reason: String?,
        _ context: CommandContext
    ) async throws -> Receipt? {
        try AccessText.requireText(reason, at: "/reason")
        if decision == .revoke, reason == nil {
            throw AccessRefusal(.invalid(pointer: "/reason"), "To revoke something takes a reason.")
        }
        guard position >= 0 else { throw AccessRefusal(.notFound, "The review \(id) has no such line.") }
        return try await runner.review(context) { [self] snapshot in
            let review = try await review(id, on: snapshot, context)
            let now = clock()
            try snapshot.model.requireReviewing(in: review.branchID, of: context.actor, at: now)
            guard let line = try await reader.line(at: position, of: review, size: snapshot.size, now: now)
            else {
                throw AccessRefusal(.notFound, "The review \(id) has no such line.")
            }
            guard let decided = try review.decide(decision, line, seen: seen ?? position, reason: reason) else {
                return nil
            }
            return try review.plan(decided, on: snapshot.model, by: context.actor, at: now)
        }
    }

    /// Ends a review. One that has ended stays so.
    package func closeReview(_ id: String, _ context: CommandContext) async throws -> Receipt? {
        try await runner.review(context) { [self] snapshot in
            let review = try await review(id, on: snapshot, context)
            try snapshot.model.requireReviewing(in: review.branchID, of: context.actor, at: clock())
            if review.isClosed { return nil }
            let closed = review.close(try await reader.lines(of: review, size: snapshot.size, now: clock()))
            var plan = ReviewPlan(review.branchID, id, .exact(review.version), NewEvent(closed))
            // It says how they stand: nobody's assignment may have moved.
            plan.restsOn.formUnion(AccessEvent.assignmentTypes)
            return plan
        }
    }

    private func review(
        _ id: String,
        below size: Int64 = .max,
        on snapshot: AccessSnapshot,
        _ context: CommandContext
    ) async throws -> RoleReview {
        var events: [RecordedEvent] = []
        while true {
            let more = try await store.reader.stream(RoleReview.stream(id), from: Int64(events.count), limit: 10_000)
            events += more
            if more.count < 10_000 { break }
        }
        guard let review = RoleReview(events.filter { $0.position < size }),
            snapshot.model.mayReview(in: review.branchID, context.actor, at: clock())
        else { throw AccessRefusal(.notFound, "There is no review \(id).") }
        return review
    }
}
