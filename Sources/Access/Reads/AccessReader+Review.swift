import Time

extension AccessReader {
    /// Users who have had some role between two sizes, by id.
    func holders(from: Int64, to: Int64, after: String, limit: Int) async throws -> [String] {
        try await rows(holdersSQL(from, to, after, Int32(limit))).map { try $0.decode(String.self) }
    }

    /// When users were last allowed what.
    func lastUses(of users: [String]) async throws -> [ExactKey: [LastUse]] {
        var uses: [ExactKey: [LastUse]] = [:]
        for row in try await rows(lastUsesSQL(users)) {
            let (user, permission, branch, at) = try row.decode((String, String, String, Timestamp).self)
            uses[ExactKey(user), default: []].append(LastUse(permission: permission, branchID: branch, at: at))
        }
        return uses
    }

    /// Assignments that end after the point's time and by `end`.
    func expiring(
        by end: Timestamp,
        in branches: [String]?,
        at point: ReadPoint,
        after: (expiresAt: Timestamp, position: Int64)?,
        limit: Int
    ) async throws -> [UserRoleRecord] {
        let sql = expiringSQL(
            point.size,
            point.time,
            end,
            branches,
            after?.expiresAt,
            after?.position,
            Int32(clamping: limit)
        )
        return try await rows(sql).map { row in try userRole(row, at: point) }
    }
}
