import Access
import Events

/// A review as its template has it.
struct ReviewFacts {
    let values: [String: Any]

    /// - Parameters:
    ///   - mayDecide: whether the reader may keep and revoke.
    ///   - actor: the reader, whose own assignments are marked.
    init(_ review: RoleReview, _ lines: [RoleReviewLine], mayDecide: Bool, actor: String) {
        values = [
            "id": review.id, "path": ConsolePaths.review(review.id),
            "branch": review.branchID, "role": review.roleID.map { $0 as Any } ?? false,
            "opened": ConsolePaths.event(review.openedPosition),
            "openedPosition": Figure.grouped(review.openedPosition),
            "openedAt": MomentText.words(review.openedAt), "openedBy": review.openedBy,
            "kept": String(review.kept), "revoked": String(review.revoked),
            "counts": Self.counts(review.closed),
            "closed": review.closedPosition.map { ConsolePaths.event($0) as Any } ?? false,
            "closedAt": review.closedAt.map { MomentText.words($0) as Any } ?? false,
            "closedBy": review.closedBy.map { $0 as Any } ?? false,
            "mayEnd": mayDecide && !review.isClosed,
            "isEmpty": lines.isEmpty,
            "lines": lines.map { Self.line($0, mayDecide: mayDecide && !review.isClosed, actor: actor) },
        ]
    }

    private static func counts(_ closed: RBAC.ReviewClosed?) -> Any {
        guard let closed else { return false }
        let renewed: Any = closed.renewed > 0 ? String(closed.renewed) : false
        let heldAgain: Any = closed.heldAgain > 0 ? String(closed.heldAgain) : false
        let counts: [String: Any] = [
            "undecided": String(closed.undecided), "renewed": renewed, "ended": String(closed.ended),
            "heldAgain": heldAgain,
        ]
        return counts
    }

    private static func line(_ line: RoleReviewLine, mayDecide: Bool, actor: String) -> [String: Any] {
        let grant = line.grant
        let decided = line.decided
        let held: Any = line.held.map { Self.held($0) as Any } ?? false
        // Of what was kept a renewal is told as well: it is held for longer than was seen.
        let renewed: Any = line.isRenewed && !line.isHeldAgain ? held : false
        let again: Any = line.isHeldAgain ? held : false
        return [
            "line": String(grant.assignedPosition),
            "user": grant.userID, "person": ConsolePaths.person(grant.userID), "isOwn": grant.userID == actor,
            "roleID": grant.roleID, "roleName": grant.roleName, "rolePath": ConsolePaths.role(grant.roleID),
            "since": MomentText.words(grant.assignedAt), "by": grant.assignedBy,
            "event": ConsolePaths.event(grant.assignedPosition),
            "ends": grant.expiresAt.map { MomentText.words($0) as Any } ?? false,
            "seen": line.held.map { String($0.position) } ?? "",
            "mayDecide": mayDecide && line.isOpen,
            "isGone": decided == nil && line.held == nil,
            "isOpen": line.isOpen && decided == nil && !mayDecide,
            "renewed": renewed, "again": again,
            "decided": decided.map { Self.decided($0, line) as Any } ?? false,
        ]
    }

    private static func held(_ held: RoleReviewLine.Held) -> [String: Any] {
        [
            "heldEvent": ConsolePaths.event(held.position), "heldPosition": Figure.grouped(held.position),
            "heldSince": MomentText.words(held.since), "heldBy": held.by,
            "heldUntil": held.expiresAt.map { MomentText.words($0) as Any } ?? false,
        ]
    }

    private static func decided(_ decided: RoleReview.Decided, _ line: RoleReviewLine) -> [String: Any] {
        [
            "word": decided.decision == .keep ? "kept" : "revoked",
            "isKept": decided.decision == .keep,
            "isGoneSince": decided.decision == .keep && line.held == nil,
            "isOwnDecision": decided.by == line.grant.userID,
            "decider": decided.by, "decidedAt": MomentText.words(decided.at),
            "decidedEvent": ConsolePaths.event(decided.position),
            "removal": decided.removedPosition.map { ConsolePaths.event($0) as Any } ?? false,
            "reason": decided.reason.map { $0 as Any } ?? false,
        ]
    }
}
