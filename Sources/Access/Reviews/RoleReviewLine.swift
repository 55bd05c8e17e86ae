package import Events
package import Time

/// A line of a review: an assignment as it stood when the review began, and how it stands now.
package struct RoleReviewLine: Sendable {
    /// By what somebody has a role.
    package struct Held: Sendable, Hashable {
        /// The event that assigned it.
        package var position: Int64
        /// When.
        package var since: Timestamp
        /// By whom.
        package var by: String
        /// From when on it counts no more.
        package var expiresAt: Timestamp?
    }

    /// The assignment.
    package var grant: UserRoleRecord
    /// By what its user has the same role in the same branch now: this assignment or a later one; nil where by none.
    package var held: Held?
    /// What was decided, last.
    package var decided: RoleReview.Decided?

    init(grant: UserRoleRecord, held: Held? = nil, decided: RoleReview.Decided? = nil) {
        self.grant = grant
        self.held = held
        self.decided = decided
    }

    /// Whether it is held by an assignment that was made since the review began.
    package var isRenewed: Bool { held.map { $0.position != grant.assignedPosition } ?? false }

    /// Whether it was revoked and is held all the same: after a restore, or because it was assigned anew.
    package var isHeldAgain: Bool { held != nil && decided?.decision == .revoke }

    /// Whether there is something to decide: it is held, and not by decision.
    package var isOpen: Bool { held != nil && decided?.decision != .keep }
}

/// How the lines of a review stand.
package struct RoleReviewCount: Sendable, Hashable {
    /// Those that were kept.
    package var kept: Int64 = 0
    /// Those that were revoked.
    package var revoked: Int64 = 0
    /// The revoked ones that are held again.
    package var heldAgain: Int64 = 0
    /// Those that are held and undecided.
    package var undecided: Int64 = 0
    /// The undecided ones that are held by an assignment made since.
    package var renewed: Int64 = 0
    /// Those that ended before they were decided.
    package var ended: Int64 = 0

    /// How they stood when a review ended.
    package init(_ closed: RBAC.ReviewClosed) {
        kept = closed.kept
        revoked = closed.revoked
        heldAgain = closed.heldAgain
        undecided = closed.undecided
        renewed = closed.renewed
        ended = closed.ended
    }

    /// Counts lines.
    package init(_ lines: [RoleReviewLine]) {
        for line in lines {
            switch line.decided?.decision {
            case .keep: kept += 1
            case .revoke:
                revoked += 1
                if line.isHeldAgain { heldAgain += 1 }
            case nil where line.held == nil: ended += 1
            case nil:
                undecided += 1
                if line.isRenewed { renewed += 1 }
            }
        }
    }
}
