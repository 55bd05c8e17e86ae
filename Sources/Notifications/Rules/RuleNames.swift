import Postgres

/// What courses and assignments are called now, and how fees stand, for the words of a message.
struct RuleNames: Sendable {
    private let pool: PostgresPool
    private let wait: ReadModelWait
    private let sql: NotificationsSQL
    private let feeSQL: NotificationsSQL

    init(pool: PostgresPool, wait: ReadModelWait) throws {
        self.pool = pool
        self.wait = wait
        sql = try NotificationsSQL("names.sql")
        feeSQL = try NotificationsSQL("fee.sql")
    }

    /// What is known of an assignment.
    struct Assignment: Sendable {
        var title: String
        var teacherID: String?
    }

    /// The title of a course; its id where there is none.
    func course(_ id: String) async throws -> String {
        try await rows("course", id).first.flatMap { try $0.decode(column: 0, as: String?.self) } ?? id
    }

    func assignment(_ id: String) async throws -> Assignment? {
        guard let row = try await rows("assignment", id).first else { return nil }
        return Assignment(
            title: try row.decode(column: 0, as: String?.self) ?? id,
            teacherID: try row.decode(column: 1, as: String?.self)
        )
    }

    /// What is known of a fee.
    struct Fee: Sendable {
        var branchID: String
        var studentID: String
        var kind: String
        /// Whether something of it is still to be paid.
        var isOwed: Bool
    }

    func fee(_ id: String) async throws -> Fee? {
        try await wait(for: "finance")
        guard let row = try await pool.query(feeSQL(id), deadline: .seconds(10)).first else { return nil }
        return Fee(
            branchID: try row.decode("branch_id", as: String.self),
            studentID: try row.decode("student_id", as: String.self),
            kind: try row.decode("kind", as: String.self),
            isOwed: try !row.decode("cancelled", as: Bool.self) && row.decode("balance", as: Int64.self) > 0
        )
    }

    private func rows(_ kind: String, _ id: String) async throws -> [PostgresRow] {
        try await wait(for: "teaching", "coursework")
        return try await pool.query(sql(kind, id), deadline: .seconds(10))
    }
}
