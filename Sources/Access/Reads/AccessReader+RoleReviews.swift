import Postgres
import Time

extension AccessReader {
    /// The newest reviews in some branches, without what was decided in them.
    func reviews(in branches: [String]?, below position: Int64, limit: Int) async throws -> [RoleReview] {
        try await rows(reviewsSQL(branches, position, Int32(clamping: limit))).map { row in
            var review = RoleReview(
                id: try row.decode("review_id", as: String.self),
                branchID: try row.decode("branch_id", as: String.self),
                roleID: try row.decode("role_id", as: String?.self),
                openedPosition: try row.decode("position", as: Int64.self),
                openedAt: try row.decode("recorded_at", as: Timestamp.self),
                openedBy: try row.decode("actor", as: String.self),
                version: try row.decode("version", as: Int64.self)
            )
            if let position = try row.decode("closed_position", as: Int64?.self) {
                review.end(
                    position,
                    at: try row.decode("closed_at", as: Timestamp.self),
                    by: try row.decode("closed_by", as: String.self)
                )
            }
            return review
        }
    }

    /// The lines of a review, and how they stand after so many events.
    func lines(
        of review: RoleReview,
        size: Int64,
        now: Timestamp,
        after: Int64 = -1,
        limit: Int = .max
    ) async throws -> [RoleReviewLine] {
        let sql = reviewLinesSQL(
            review.openedPosition + 1,
            size,
            review.branchID,
            review.roleID,
            after,
            Int32(clamping: limit)
        )
        return try await rows(sql).map { try line($0, review, now) }
    }

    /// One line of a review, and how it stands after so many events; nil where it has no such line.
    func line(
        at position: Int64,
        of review: RoleReview,
        size: Int64,
        now: Timestamp
    ) async throws -> RoleReviewLine? {
        let sql = reviewLineSQL(review.openedPosition + 1, size, review.branchID, review.roleID, position)
        return try await rows(sql).first.map { try line($0, review, now) }
    }

    private func line(_ row: PostgresRow, _ review: RoleReview, _ now: Timestamp) throws -> RoleReviewLine {
        let grant = UserRoleRecord(
            userID: try row.decode("user_id", as: String.self),
            roleID: try row.decode("role_id", as: String.self),
            roleName: try row.decode("name", as: String.self),
            branchID: try row.decode("branch_id", as: String.self),
            assignedAt: try row.decode("assigned_at", as: Timestamp.self),
            assignedBy: try row.decode("assigned_by", as: String.self),
            assignedPosition: try row.decode("assigned_position", as: Int64.self),
            startsAt: try row.decode("starts_at", as: Timestamp?.self),
            expiresAt: try row.decode("expires_at", as: Timestamp?.self),
            isActive: true
        )
        var line = RoleReviewLine(grant: grant, decided: review.decisions[grant.assignedPosition])
        let heldUntil = try row.decode("held_expires_at", as: Timestamp?.self)
        // What has come to its end counts no more, whether or not that is recorded yet.
        if let position = try row.decode("held_position", as: Int64?.self), heldUntil.map({ $0 > now }) ?? true {
            line.held = RoleReviewLine.Held(
                position: position,
                since: try row.decode("held_at", as: Timestamp.self),
                by: try row.decode("held_by", as: String.self),
                expiresAt: heldUntil
            )
        }
        return line
    }
}
