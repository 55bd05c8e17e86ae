package import EventStore
package import Events
package import Time

/// A review of who has which role in a branch, to be worked through line by line: what the events of its stream come to.
///
/// Its lines are the assignments as they stood when it began. What is decided of each is an event, and so is what a revocation
/// does.
package struct RoleReview: Sendable {
    /// What was decided of a line.
    package struct Decided: Sendable, Hashable {
        /// Whether it stays.
        package var decision: RBAC.ReviewDecided.Decision
        /// Why.
        package var reason: String?
        /// By whom.
        package var by: String
        /// When.
        package var at: Timestamp
        /// The event that says so.
        package var position: Int64
        /// The event that took the role from its user.
        package var removedPosition: Int64?
    }

    /// Its id.
    package let id: String
    /// Whose assignments.
    package let branchID: String
    /// Only those of this role; nil for all.
    package let roleID: String?
    /// The event by which it began: the lines are those of this moment.
    package let openedPosition: Int64
    /// When.
    package let openedAt: Timestamp
    /// By whom.
    package let openedBy: String
    /// What was decided, by the position of the assignment.
    package private(set) var decisions: [Int64: Decided] = [:]
    /// The event by which it ended; nil while it goes on.
    package private(set) var closedPosition: Int64?
    /// When it ended.
    package private(set) var closedAt: Timestamp?
    /// Who ended it.
    package private(set) var closedBy: String?
    /// How much was left undecided when it ended.
    package private(set) var undecided: Int64?
    /// The version of its stream.
    private(set) var version: Int64

    /// A review from its stream; nil for what is none.
    package init?(_ events: [RecordedEvent]) {
        guard let first = events.first, let opened = try? first.decode(RBAC.ReviewOpened.self) else { return nil }
        id = opened.reviewID
        branchID = opened.branchID
        roleID = opened.roleID
        openedPosition = first.position
        openedAt = first.header.recordedAt
        openedBy = first.header.actor
        version = first.header.version
        for event in events.dropFirst() {
            version = event.header.version
            if let decided = try? event.decode(RBAC.ReviewDecided.self) {
                decisions[decided.assignedPosition] = Decided(
                    decision: decided.decision,
                    reason: decided.reason,
                    by: event.header.actor,
                    at: event.header.recordedAt,
                    position: event.position,
                    removedPosition: decided.removedPosition
                )
            } else if let closed = try? event.decode(RBAC.ReviewClosed.self) {
                closedPosition = event.position
                closedAt = event.header.recordedAt
                closedBy = event.header.actor
                undecided = closed.undecided
            }
        }
    }

    /// Whether nothing is decided in it any more.
    package var isClosed: Bool { closedPosition != nil }

    /// How many lines were kept.
    package var kept: Int { decisions.values.count { $0.decision == .keep } }

    /// How many were revoked.
    package var revoked: Int { decisions.values.count { $0.decision == .revoke } }

    /// The events that its report rests on, in their order.
    package var positions: [Int64] {
        let decided = decisions.values.flatMap { [$0.position] + [$0.removedPosition].compactMap(\.self) }
        return ([openedPosition] + decided + [closedPosition].compactMap(\.self)).sorted()
    }

    /// The stream of a review.
    static func stream(_ id: String) -> String { "review-" + id }

    /// The event by which a line is kept or revoked; nil where that was decided already, which is for good.
    func decide(
        _ line: UserRoleRecord,
        _ decision: RBAC.ReviewDecided.Decision,
        reason: String?,
        removedPosition: Int64?
    ) throws(AccessRefusal) -> RBAC.ReviewDecided? {
        if decisions[line.assignedPosition] != nil { return nil }
        guard !isClosed else {
            throw AccessRefusal(
                .reviewClosed,
                "The review has ended: nothing is decided in it any more. Begin another."
            )
        }
        return RBAC.ReviewDecided(
            reviewID: id,
            userID: line.userID,
            roleID: line.roleID,
            branchID: branchID,
            assignedPosition: line.assignedPosition,
            decision: decision,
            reason: reason,
            removedPosition: removedPosition
        )
    }
}

/// A line of a review: an assignment as it stood when the review began.
package struct RoleReviewLine: Sendable {
    /// The assignment.
    package var grant: UserRoleRecord
    /// Whether it is still there.
    package var isHeld: Bool
    /// What was decided.
    package var decided: RoleReview.Decided?
}
