import JSON
import Postgres
import ProjectionEngine

/// The tables of read models as reports, by name: `people.leave_requests`. The plan's exportDataToCSV.
///
/// What a table's columns are is asked of the database, whose they are and what of them is personal of the read model's
/// `auditors.json`, and what reading them takes is said here. A table that is not named here cannot be exported.
struct ReadModelTables: Sendable {
    private let engine: ProjectionEngine
    private let pool: PostgresPool
    private let columnsSQL: SQLFile

    init(engine: ProjectionEngine, pool: PostgresPool) throws {
        self.engine = engine
        self.pool = pool
        columnsSQL = try SQLFile("table-columns.sql", in: .module)
    }

    /// What reading each takes.
    static let permissions: [String: String] = [
        "access.implications": "rbac.permissions:read",
        "access.permissions": "rbac.permissions:read",
        "access.role_denials": "rbac.roles:read",
        "access.role_parents": "rbac.roles:read",
        "access.role_permissions": "rbac.roles:read",
        "access.role_requirements": "rbac.roles:read",
        "access.role_templates": "rbac.roles:read",
        "access.roles": "rbac.roles:read",
        "access.separations": "rbac.separations:read",
        "access.user_roles": "rbac.user-roles:read",
        "analytics.movements": "analytics:read",
        "analytics.standing": "analytics:read",
        "attendance.marks": "institution.attendance:read",
        "attendance.registers": "institution.attendance:read",
        "backups.backups": "backups:read",
        "backups.places": "backups:read",
        "backups.schedules": "backups:read",
        "coursework.assignments": "institution.assignments:read",
        "coursework.grades": "institution.grades:read",
        "coursework.submissions": "institution.submissions:read",
        "decisions.batches": "rbac.access-logs:read",
        "decisions.each": "rbac.access-logs:read",
        "decisions.last_uses": "rbac.access-logs:read",
        "exports.batches": "exports:read",
        "exports.exports": "exports:read",
        "exports.mailings": "exports:read",
        "exports.schedules": "exports:read",
        "finance.fees": "institution.fees:read",
        "finance.payments": "institution.payments:read",
        "finance.transactions": "institution.transactions:read",
        "identity.session_roles": "identity.users:read",
        "identity.sessions": "identity.users:read",
        "identity.tokens": "identity.tokens:read",
        "identity.users": "identity.users:read",
        "logs.alerts": "logs.alerts:read",
        "logs.archives": "logs.entries:read",
        "logs.drops": "logs.entries:read",
        "logs.entries": "logs.entries:read",
        "logs.health_checks": "logs.health:read",
        "logs.log_entries": "logs.entries:read",
        "logs.releases": "logs.entries:read",
        "logs.request_batches": "logs.requests:read",
        "logs.request_metrics": "logs.metrics:read",
        "logs.silences": "logs.alerts:read",
        "logs.system_health_checks": "logs.health:read",
        "notifications.inbox": "notifications.inboxes:read",
        "notifications.notifications": "notifications.deliveries:read",
        "people.branches": "institution.branches:read",
        "people.leave_requests": "institution.leave-requests:read",
        "people.students": "institution.students:read",
        "people.teachers": "institution.teachers:read",
        "searches.searches": "audit.events:read",
        "teaching.class_members": "institution.classes:read",
        "teaching.classes": "institution.classes:read",
        "teaching.courses": "institution.courses:read",
        "teaching.enrolments": "institution.enrolments:read",
        "teaching.schedule_changes": "institution.schedule-changes:read",
        "teaching.teaching_assignments": "institution.courses:read",
    ]

    /// The tables that there are, each with the permission that reading it takes.
    fileprivate static var named: [(name: String, permission: String)] {
        permissions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Read models whose history goes by the type of each event: report `audit-history` tells of them.
    static let left: Set<String> = ["audit.entries", "audit.log_entries"]

    /// Read models whose personal columns are their owners' alone, whoever else may read personal text.
    static let ofTheirOwners: Set<String> = ["exports", "searches"]

    private static let institution: Set<String> = ["attendance", "coursework", "finance", "people", "teaching"]

    /// The table of that name; nil where there is none that can be exported.
    func report(_ name: String) async throws -> ExportReport? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let permission = Self.permissions[name], parts.count == 2 else { return nil }
        let schema = parts[0]
        let table = parts[1]
        guard let rule = try Self.rule(of: table, engine.definition(schema).auditors) else { return nil }
        let rows = try await pool.query(columnsSQL(schema, table), deadline: .seconds(10))
        let found = try rows.map { try $0.decode((String, String, Bool).self) }
        guard !found.isEmpty else { return nil }
        return Self.report(name, schema, table, found, rule, permission)
    }

    private static func report(
        _ name: String,
        _ schema: String,
        _ table: String,
        _ found: [(name: String, type: String, isKey: Bool)],
        _ rule: (branch: String?, hidden: Set<String>),
        _ permission: String
    ) -> ExportReport {
        // When a row ended is not known at every moment that the table can be asked for.
        let isOfAnyMoment = Set(found.map(\.name)).isSuperset(of: ["from_position", "until_position"])
        let readable = found.filter { column in
            column.type != "tsvector" && column.name != "digest" && !(isOfAnyMoment && column.name.hasPrefix("until_"))
                && !(ofTheirOwners.contains(schema) && rule.hidden.contains(column.name))
        }
        let columns = readable.map { column in
            ExportColumn(
                column.name == rule.branch ? "branchId" : ExportColumn.camelCase(column.name),
                kind(column.type),
                column: column.name,
                isPersonal: rule.hidden.contains(column.name)
            )
        }
        let keys = Set(found.filter(\.isKey).map(\.name))
        // A view has no key of its own: whatever can be compared tells its rows apart.
        let key = columns.filter { keys.isEmpty ? $0.isComparable : keys.contains($0.column) }.map(\.name)
        return ExportReport(
            name,
            name,
            "The table \(table) of read model \(schema).",
            from: [schema],
            rows: rule.branch == nil ? .ofInstitution(permission: permission) : .ofBranches(permission: permission),
            personal: institution.contains(schema) ? "institution.personal:read" : "log.personal:read",
            moments: isOfAnyMoment ? .any : .newest,
            key: key,
            source: .table(schema: schema, table: table),
            columns
        )
    }

    /// By what column a table's rows belong to branches, and what of it is hidden; nil where the read model does not say:
    /// then it might hide anything.
    static func rule(of table: String, _ auditors: String?) throws -> (branch: String?, hidden: Set<String>)? {
        guard let auditors, let rule = try JSONValue(parsing: Array(auditors.utf8))[table] else { return nil }
        return (rule["branch"]?.string, Set((rule["hidden"]?.array ?? []).compactMap(\.string)))
    }

    private static func kind(_ type: String) -> ExportColumn.Kind {
        switch type {
        case "int2", "int4", "int8": .integer
        case "numeric", "float4", "float8": .number
        case "bool": .boolean
        case "date": .day
        case "timestamptz", "timestamp": .timestamp
        case "json", "jsonb": .json
        default: type.hasPrefix("_") ? .json : .text
        }
    }
}

extension ExportService {
    /// The tables of read models that can be made into files, each with the permission that reading it takes.
    package static var tables: [(name: String, permission: String)] { ReadModelTables.named }
}
