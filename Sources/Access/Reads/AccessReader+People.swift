package import Time

/// Somebody who has roles.
package struct PersonRecord: Sendable {
    /// Who.
    package var userID: String
    /// The roles by name, and where each holds; those that have expired and are not recorded to have included.
    package var roles: [(name: String, branchID: String)]
    /// When the first of them ends that has an end yet to come.
    package var nextEnd: Timestamp?
}

extension AccessReader {
    /// Who has roles in some branches, by id.
    func people(
        in branches: [String]?,
        matching text: String?,
        at point: ReadPoint,
        after: String,
        limit: Int
    ) async throws -> [PersonRecord] {
        try await rows(peopleSQL(point.size, point.time, branches, text, after, Int32(clamping: limit))).map { row in
            let names = try row.decode("role_names", as: [String].self)
            let branches = try row.decode("branch_ids", as: [String].self)
            return PersonRecord(
                userID: try row.decode("user_id", as: String.self),
                roles: Array(zip(names, branches)).map { (name: $0, branchID: $1) },
                nextEnd: try row.decode("next_end", as: Timestamp?.self)
            )
        }
    }
}
