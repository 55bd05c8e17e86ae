import EventStore
import Foundation
import Postgres
import Time

/// Reads access as of any moment from the intervals of the read models.
///
/// An answer about the first N events never changes, so that it takes no transaction to be consistent: now is only the
/// newest N.
struct AccessReader: Sendable {
    private let pool: PostgresPool
    private let store: EventStore
    private let rolesSQL: SQLFile
    private let permissionsSQL: SQLFile
    private let rolePermissionsSQL: SQLFile
    private let userRolesSQL: SQLFile
    private let accessLogsSQL: SQLFile
    private let roleUsersSQL: SQLFile
    let evidenceSQL: SQLFile
    let holdersSQL: SQLFile
    let lastUsesSQL: SQLFile
    let expiringSQL: SQLFile
    let dueSQL: SQLFile
    let peopleSQL: SQLFile
    let reviewsSQL: SQLFile
    let reviewLinesSQL: SQLFile
    let reviewLineSQL: SQLFile
    private let hasBegunSQL: SQLFile

    init(pool: PostgresPool, store: EventStore) throws {
        self.pool = pool
        self.store = store
        rolesSQL = try SQLFile("read/roles.sql", in: .module)
        permissionsSQL = try SQLFile("read/permissions.sql", in: .module)
        rolePermissionsSQL = try SQLFile("read/role-permissions.sql", in: .module)
        userRolesSQL = try SQLFile("read/user-roles.sql", in: .module)
        accessLogsSQL = try SQLFile("read/access-logs.sql", in: .module)
        roleUsersSQL = try SQLFile("read/role-users.sql", in: .module)
        evidenceSQL = try SQLFile("read/evidence.sql", in: .module)
        holdersSQL = try SQLFile("read/holders.sql", in: .module)
        lastUsesSQL = try SQLFile("read/last-uses.sql", in: .module)
        expiringSQL = try SQLFile("read/expiring.sql", in: .module)
        dueSQL = try SQLFile("read/due.sql", in: .module)
        peopleSQL = try SQLFile("read/people.sql", in: .module)
        reviewsSQL = try SQLFile("read/reviews.sql", in: .module)
        reviewLinesSQL = try SQLFile("read/review-lines.sql", in: .module)
        reviewLineSQL = try SQLFile("read/review-line.sql", in: .module)
        hasBegunSQL = try SQLFile("read/has-begun.sql", in: .module)
    }

    /// The rows of a statement.
    func rows(_ sql: SQL) async throws -> [PostgresRow] { try await pool.query(sql) }

    /// Whether somebody has ever begun a session of the console, or registered a device.
    func hasBegun(_ userID: String) async throws -> Bool {
        try await pool.query(hasBegunSQL(userID)).first?.decode(Bool.self) ?? false
    }

    /// What a moment is in the log.
    func point(of moment: AccessMoment, now: Timestamp) async throws -> ReadPoint {
        switch moment {
        case .now:
            return ReadPoint(size: try await store.head().size, time: now)
        case .time(let time):
            return ReadPoint(size: try await store.reader.size(at: time), time: time)
        case .position(let position):
            guard position >= 0, let event = try await store.reader.event(at: position) else {
                throw AccessRefusal(
                    .noSuchMoment,
                    "The log has no event at position \(position) yet; ask as of an earlier one."
                )
            }
            return ReadPoint(size: position + 1, time: event.header.recordedAt)
        }
    }

    func roles(
        at point: ReadPoint,
        id: String? = nil,
        branches: [String]? = nil,
        after: String? = nil,
        limit: Int = .max
    ) async throws -> [RoleRecord] {
        let rows = try await pool.query(rolesSQL(point.size, id, branches, after, Self.bounded(limit)))
        return try rows.map { row in
            RoleRecord(
                id: try row.decode("role_id", as: String.self),
                branchID: try row.decode("branch_id", as: String.self),
                name: try row.decode("name", as: String.self),
                description: try row.decode("description", as: String?.self),
                parentRoleIDs: try row.decode("parent_role_ids", as: [String].self),
                isTemplate: try row.decode("template", as: Bool.self),
                permissionIDs: try row.decode("permission_ids", as: [String].self),
                deniedPermissionIDs: try row.decode("denied_permission_ids", as: [String].self),
                requirements: RoleRequirements(
                    maximumHolders: try row.decode("maximum_holders", as: Int64?.self).map { Int($0) },
                    prerequisiteRoleIDs: try row.decode("prerequisite_role_ids", as: [String].self)
                ),
                templateRoleID: try row.decode("template_role_id", as: String?.self),
                createdAt: try row.decode("created_at", as: Timestamp.self),
                createdBy: try row.decode("created_by", as: String.self),
                updatedAt: try row.decode("changed_at", as: Timestamp.self),
                updatedBy: try row.decode("changed_by", as: String.self),
                version: try row.decode("version", as: Int64?.self) ?? 0
            )
        }
    }

    func permissions(
        at point: ReadPoint,
        id: String? = nil,
        resource: String? = nil,
        after: String? = nil,
        limit: Int = .max
    ) async throws -> [PermissionRecord] {
        let rows = try await pool.query(permissionsSQL(point.size, id, resource, after, Self.bounded(limit)))
        return try rows.map { row in
            let columns = try row.decode(
                (String, String, String, String, String?, Timestamp, String, Timestamp, String, Int64?).self
            )
            return PermissionRecord(
                id: columns.0,
                name: columns.1,
                resource: columns.2,
                action: columns.3,
                description: columns.4,
                createdAt: columns.5,
                createdBy: columns.6,
                updatedAt: columns.7,
                updatedBy: columns.8,
                version: columns.9 ?? 0
            )
        }
    }

    func permissions(ofRole id: String, at point: ReadPoint) async throws -> [RolePermissionRecord] {
        try await pool.query(rolePermissionsSQL(point.size, id)).map { row in
            let columns = try row.decode((String, String, String?, String, Bool, Timestamp, String).self)
            return RolePermissionRecord(
                permissionID: columns.0,
                name: columns.1,
                description: columns.2,
                fromRoleID: columns.3,
                isOwn: columns.4,
                assignedAt: columns.5,
                assignedBy: columns.6
            )
        }
    }

    func roles(
        ofUser id: String,
        in branches: [String]?,
        at point: ReadPoint,
        after: Int64,
        limit: Int
    ) async throws -> [UserRoleRecord] {
        try await pool.query(userRolesSQL(point.size, id, branches, after, Self.bounded(limit)))
            .map { row in try userRole(row, at: point) }
    }

    func users(
        ofRoles ids: [String],
        in branches: [String]?,
        at point: ReadPoint,
        after: Int64,
        limit: Int
    ) async throws -> [UserRoleRecord] {
        try await pool.query(roleUsersSQL(point.size, ids, branches, after, Self.bounded(limit)))
            .map { row in try userRole(row, at: point) }
    }

    /// An assignment, as the statements of assignments have it.
    func userRole(_ row: PostgresRow, at point: ReadPoint) throws -> UserRoleRecord {
        let columns = try row.decode(
            (String, String, String, String, Timestamp, String, Int64, Timestamp?, Timestamp?).self
        )
        return UserRoleRecord(
            userID: columns.0,
            roleID: columns.1,
            roleName: columns.2,
            branchID: columns.3,
            assignedAt: columns.4,
            assignedBy: columns.5,
            assignedPosition: columns.6,
            startsAt: columns.7,
            expiresAt: columns.8,
            isActive: (columns.7.map { $0 <= point.time } ?? true) && (columns.8.map { point.time < $0 } ?? true)
        )
    }

    func accessLog(_ query: AccessLogQuery, positions: Range<Int64>) async throws -> [AccessLogRecord] {
        let sql = accessLogsSQL(
            positions.upperBound,
            positions.lowerBound,
            query.userID,
            query.sight.accesses.map(Array.init),
            query.sight.changes.map(Array.init),
            Self.bounded(query.limit),
            query.below.map { $0.position == positions.upperBound ? $0.nth : 0 } ?? 0
        )
        return try await pool.query(sql).map { row in
            let branch = try row.decode("branch", as: String?.self)
            let showsPersonal = query.sight.personal.map { sight in branch.map(sight.contains) ?? false } ?? true
            let type = try row.decode("type", as: String.self)
            // What a logged access changed was told in somebody's own words.
            let showsChanges = showsPersonal || type != "audit.access-logged"
            return AccessLogRecord(
                position: try row.decode("position", as: Int64.self),
                nth: try row.decode("nth", as: Int32.self),
                id: try row.decode("id", as: UUID.self).uuidString.lowercased(),
                createdAt: try row.decode("created_at", as: Timestamp.self),
                type: type,
                userID: try row.decode("user_id", as: String.self),
                subject: try row.decode("subject", as: String?.self),
                branchID: branch,
                action: try row.decode("action", as: String.self),
                resource: try row.decode("resource", as: String.self),
                resourceID: try row.decode("resource_id", as: String?.self),
                status: try row.decode("status", as: String.self),
                changes: showsChanges ? try row.decode("changes", as: String?.self) : nil,
                ipAddress: showsPersonal ? try row.decode("ip_address", as: String?.self) : nil,
                userAgent: showsPersonal ? try row.decode("user_agent", as: String?.self) : nil
            )
        }
    }

    private static func bounded(_ limit: Int) -> Int32 { Int32(clamping: limit) }
}
