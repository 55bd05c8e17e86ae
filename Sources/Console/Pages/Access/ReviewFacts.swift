import Access

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
            "undecided": review.undecided.map { String($0) as Any } ?? false,
            "closed": review.closedPosition.map { ConsolePaths.event($0) as Any } ?? false,
            "closedAt": review.closedAt.map { MomentText.words($0) as Any } ?? false,
            "closedBy": review.closedBy.map { $0 as Any } ?? false,
            "mayEnd": mayDecide && !review.isClosed,
            "isEmpty": lines.isEmpty,
            "lines": lines.map { Self.line($0, mayDecide: mayDecide && !review.isClosed, actor: actor) },
        ]
    }

    private static func line(_ line: RoleReviewLine, mayDecide: Bool, actor: String) -> [String: Any] {
        let grant = line.grant
        let decided = line.decided
        return [
            "line": String(grant.assignedPosition),
            "user": grant.userID, "person": ConsolePaths.person(grant.userID), "isOwn": grant.userID == actor,
            "roleID": grant.roleID, "roleName": grant.roleName, "rolePath": ConsolePaths.role(grant.roleID),
            "since": MomentText.words(grant.assignedAt), "by": grant.assignedBy,
            "event": ConsolePaths.event(grant.assignedPosition),
            "ends": grant.expiresAt.map { MomentText.words($0) as Any } ?? false,
            "mayDecide": mayDecide && decided == nil && line.isHeld,
            "isGone": decided == nil && !line.isHeld,
            "isOpen": decided == nil && line.isHeld && !mayDecide,
            "decided": decided.map { decided in
                [
                    "word": decided.decision == .keep ? "kept" : "revoked",
                    "isKept": decided.decision == .keep,
                    "isGoneSince": decided.decision == .keep && !line.isHeld,
                    "decider": decided.by, "decidedAt": MomentText.words(decided.at),
                    "decidedEvent": ConsolePaths.event(decided.position),
                    "removal": decided.removedPosition.map { ConsolePaths.event($0) as Any } ?? false,
                    "reason": decided.reason.map { $0 as Any } ?? false,
                ] as Any
            } ?? false,
        ]
    }
}
