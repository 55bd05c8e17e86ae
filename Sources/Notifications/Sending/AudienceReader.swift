import EventStore
import Events
import Postgres
import ProjectionEngine
import Time

/// Finds out who belongs to an audience, from the read models of access and of the institution as they stand at the head
/// of the log.
struct AudienceReader: Sendable {
    private static let deadline = Duration.seconds(20)
    private static let most = 1_000

    private let pool: PostgresPool
    private let wait: ReadModelWait
    private let usersSQL: NotificationsSQL
    private let roleSQL: NotificationsSQL
    private let courseSQL: NotificationsSQL
    private let classSQL: NotificationsSQL
    private let branchSQL: NotificationsSQL
    private let reachSQL: NotificationsSQL

    init(store: EventStore, pool: PostgresPool, engine: ProjectionEngine) throws {
        self.pool = pool
        wait = ReadModelWait(store: store, engine: engine)
        usersSQL = try NotificationsSQL("audience/users.sql")
        roleSQL = try NotificationsSQL("audience/role.sql")
        courseSQL = try NotificationsSQL("audience/course.sql")
        classSQL = try NotificationsSQL("audience/class.sql")
        branchSQL = try NotificationsSQL("audience/branch.sql")
        reachSQL = try NotificationsSQL("audience/reach.sql")
    }

    /// The users of an audience, by id.
    ///
    /// - Throws: `NotificationError(.unknownRecipient)` for somebody or something that is not there or not in the branch:
    ///   which of the two is not told. `.emptyAudience` where nobody would be told.
    func recipients(of audience: Audience, in branch: String, at now: Timestamp) async throws -> [String] {
        try await wait(for: "people", "teaching")
        let found: [String]
        switch audience {
        case .users(let users):
            let asked = Array(Set(users)).sorted()
            guard !asked.isEmpty else { throw NotificationError(.emptyAudience, "Name at least one user.") }
            guard asked.count <= Self.most else {
                throw NotificationError(
                    .invalid(pointer: "/userIds"),
                    "At most \(Self.most) users can be named; send to a role, course, class or branch."
                )
            }
            found = try await usersKnown(asked, branch, now)
            if let unknown = users.firstIndex(where: { !found.contains($0) }) {
                throw NotificationError(
                    .unknownRecipient(pointer: "/userIds/\(unknown)"),
                    "There is no user “\(users[unknown])” \(Self.place(branch))."
                )
            }
        case .role(let id):
            found = try await named(roleSQL(id, branch, now), "roleId", "role", id, branch)
        case .course(let id):
            found = try await users(among: named(courseSQL(id, branch), "courseId", "course", id, branch), now)
        case .schoolClass(let id):
            found = try await users(among: named(classSQL(id, branch), "classId", "class", id, branch), now)
        case .branch:
            found = try await pool.query(branchSQL(branch, now), deadline: Self.deadline).map {
                try $0.decode(column: 0, as: String.self)
            }
        }
        guard !found.isEmpty else {
            throw NotificationError(.emptyAudience, "Nobody would be told: nobody of the audience is a user.")
        }
        return found
    }

    private func usersKnown(_ users: [String], _ branch: String, _ now: Timestamp) async throws -> [String] {
        try await pool.query(usersSQL(users, branch, now), deadline: Self.deadline).map {
            try $0.decode(column: 0, as: String.self)
        }
    }

    /// Which of some people are users, of whichever branch.
    private func users(among people: [String], _ now: Timestamp) async throws -> [String] {
        try await usersKnown(people, RBAC.institutionBranch, now)
    }

    /// Whether there is such a user, of whichever branch.
    func isUser(_ user: String, at now: Timestamp) async throws -> Bool {
        try await !users(among: [user], now).isEmpty
    }

    /// Which of some users an audience still has: at delivery, who lost access meanwhile is not told.
    func stillIn(_ audience: Audience, _ users: [String], in branch: String, at now: Timestamp) async throws -> Set<
        String
    > {
        // Nobody is taken for a member because what says otherwise was not read yet.
        try await wait(for: "people", "teaching")
        let statement: SQL =
            switch audience {
            case .role(let id): reachSQL("role", id, branch, now, users)
            case .course(let id): reachSQL("course", id, branch, now, users)
            case .schoolClass(let id): reachSQL("class", id, branch, now, users)
            case .users, .branch: usersSQL(users, branch, now)
            }
        let members = try await pool.query(statement, deadline: Self.deadline).map {
            try $0.decode(column: 0, as: String.self)
        }
        // Who belongs to a course or a class may be no user any more.
        return Set(try await self.users(among: members, now))
    }

    /// The members of a thing. Its statement answers with one row without a user where the thing is there.
    private func named(
        _ statement: SQL,
        _ field: String,
        _ words: String,
        _ id: String,
        _ branch: String
    ) async throws -> [String] {
        let rows = try await pool.query(statement, deadline: Self.deadline).map {
            try $0.decode(column: 0, as: String?.self)
        }
        guard !rows.isEmpty else {
            throw NotificationError(
                .unknownRecipient(pointer: "/\(field)"),
                "There is no \(words) “\(id)” \(Self.place(branch))."
            )
        }
        return rows.compactMap { $0 }
    }

    private static func place(_ branch: String) -> String {
        branch == RBAC.institutionBranch ? "in the institution" : "in branch “\(branch)”"
    }
}
