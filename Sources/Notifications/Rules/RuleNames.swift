import Postgres

/// What courses and assignments are called now, for the words of a message.
struct RuleNames: Sendable {
    private let pool: PostgresPool
    private let wait: ReadModelWait
    private let sql: NotificationsSQL

    init(pool: PostgresPool, wait: ReadModelWait) throws {
        self.pool = pool
        self.wait = wait
        sql = try NotificationsSQL("names.sql")
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

    private func rows(_ kind: String, _ id: String) async throws -> [PostgresRow] {
        try await wait(for: "teaching", "coursework")
        return try await pool.query(sql(kind, id), deadline: .seconds(10))
    }
}
