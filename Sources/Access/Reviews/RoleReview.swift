package import EventStore
package import Events
package import Time

/// A review of who has which role in a branch, to be worked through line by line: what the events of its stream come to.
///
/// Its lines are the assignments as they stood when it began. What is decided of each is an event, and what a revocation does is
/// another one of the same append.
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
        /// The assignment made since the review began that was kept or revoked.
        package var renewedPosition: Int64?

        /// The event that took the role from its user: the one before in the same append.
        package var removedPosition: Int64? { decision == .revoke ? position - 1 : nil }
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
    /// What was decided last, by the position of the assignment.
    package private(set) var decisions: [Int64: Decided] = [:]
    /// The event by which it ended; nil while it goes on.
    package private(set) var closedPosition: Int64?
    /// When it ended.
    package private(set) var closedAt: Timestamp?
    /// Who ended it.
    package private(set) var closedBy: String?
    /// How its lines stood when it ended.
    package private(set) var closed: RBAC.ReviewClosed?
    /// The events that it and its decisions rest on, in their order.
    package private(set) var positions: [Int64]
    /// The version of its stream.
    private(set) var version: Int64

    /// A review that has just begun.
    init(
        id: String,
        branchID: String,
        roleID: String?,
        openedPosition: Int64,
        openedAt: Timestamp,
        openedBy: String,
        version: Int64
    ) {
        self.id = id
        self.branchID = branchID
        self.roleID = roleID
        self.openedPosition = openedPosition
        self.openedAt = openedAt
        self.openedBy = openedBy
        self.version = version
        positions = [openedPosition]
    }

    /// A review from its stream; nil for what is none.
    package init?(_ events: [RecordedEvent]) {
        guard let first = events.first, let opened = try? first.decode(RBAC.ReviewOpened.self) else { return nil }
        self.init(
            id: opened.reviewID,
            branchID: opened.branchID,
            roleID: opened.roleID,
            openedPosition: first.position,
            openedAt: first.header.recordedAt,
            openedBy: first.header.actor,
            version: first.header.version
        )
        for event in events.dropFirst() { apply(event) }
    }

    private mutating func apply(_ event: RecordedEvent) {
        version = event.header.version
        if let facts = try? event.decode(RBAC.ReviewDecided.self) {
            let decided = Decided(
                decision: facts.decision,
                reason: facts.reason,
                by: event.header.actor,
                at: event.header.recordedAt,
                position: event.position,
                renewedPosition: facts.renewedPosition
            )
            decisions[facts.assignedPosition] = decided
            positions += [decided.removedPosition, decided.position].compactMap(\.self)
        } else if let facts = try? event.decode(RBAC.ReviewClosed.self) {
            end(event.position, at: event.header.recordedAt, by: event.header.actor)
            closed = facts
            positions.append(event.position)
        }
    }

    /// Notes that it has ended.
    mutating func end(_ position: Int64, at moment: Timestamp, by actor: String) {
        closedPosition = position
        closedAt = moment
        closedBy = actor
    }

    /// Whether nothing is decided in it any more.
    package var isClosed: Bool { closedPosition != nil }

    /// How many lines were kept.
    package var kept: Int { decisions.values.count { $0.decision == .keep } }

    /// How many were revoked.
    package var revoked: Int { decisions.values.count { $0.decision == .revoke } }

    /// The stream of a review.
    static func stream(_ id: String) -> String { streamPrefix + id }

    /// The review of a stream.
    static func id(ofStream stream: String) -> String { String(stream.dropFirst(streamPrefix.count)) }

    private static let streamPrefix = "review-"

    /// The event by which a line is kept or revoked; nil where that was decided already, which is for good unless what was revoked
    /// is held again.
    ///
    /// - Parameter seen: the assignment that the reviewer saw.
    func decide(
        _ decision: RBAC.ReviewDecided.Decision,
        _ line: RoleReviewLine,
        seen: Int64,
        reason: String?
    ) throws(AccessRefusal) -> RBAC.ReviewDecided? {
        if line.decided != nil, !line.isHeldAgain { return nil }
        guard !isClosed else {
            throw AccessRefusal(
                .reviewClosed,
                "The review has ended: nothing is decided in it any more. Begin another."
            )
        }
        guard let held = line.held else {
            throw AccessRefusal(
                .notAssigned,
                "\(line.grant.userID) does not have the role any more: nothing to decide."
            )
        }
        guard held.position == seen else {
            throw AccessRefusal(
                .otherAssignment,
                "\(line.grant.userID) has the role by event \(held.position) now, not by \(seen). Look at the line again."
            )
        }
        return RBAC.ReviewDecided(
            reviewID: id,
            userID: line.grant.userID,
            roleID: line.grant.roleID,
            branchID: branchID,
            assignedPosition: line.grant.assignedPosition,
            decision: decision,
            reason: reason,
            renewedPosition: line.isRenewed ? held.position : nil
        )
    }

    /// The event by which it ends.
    func close(_ lines: [RoleReviewLine]) -> RBAC.ReviewClosed {
        let count = RoleReviewCount(lines)
        return RBAC.ReviewClosed(
            reviewID: id,
            branchID: branchID,
            kept: count.kept,
            revoked: count.revoked,
            heldAgain: count.heldAgain,
            undecided: count.undecided,
            renewed: count.renewed,
            ended: count.ended
        )
    }
}
