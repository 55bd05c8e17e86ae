import Audit
import JSON

extension Columns<AuditEntry> {
    /// A line of the history.
    static let auditEntries = Columns(
        "AuditEvent",
        Column("position", .position) { .integer($0.position) },
        Column("id", .identifier.described("The event's id")) { .string($0.id) },
        Column("createdAt", .timestamp) { .timestamp($0.createdAt) },
        Column("type", .string().described("The type of event")) { .string($0.type) },
        Column("actor", .identifier.described("Who did it")) { .string($0.userID) },
        Column("subject", .identifier.described("Whom it is about")) { .optional($0.subject) },
        Column("branchId", .identifier) { .optional($0.branchID) },
        Column("action", .string()) { .string($0.action) },
        Column("resource", .string().described("The kind of thing")) { .string($0.resource) },
        Column("resourceId", .string()) { .optional($0.resourceID) },
        Column("status", .string()) { .string($0.status) },
        Column("changes", .any.described("What was recorded of it")) { .optional(json: $0.changes) },
        Column("ipAddress", .string()) { .optional($0.ipAddress) },
        Column("userAgent", .string()) { .optional($0.userAgent) },
        Column("stream", .string()) { .string($0.stream) },
        Column("version", .integer().described("The event's index in its stream")) { .integer($0.version) },
        Column("correlationId", .string().described("The W3C trace id")) { .optional($0.correlationID) },
        Column("causationId", .string().described("The event that led to it")) { .optional($0.causationID) }
    )
}

extension Columns<AuditChange> {
    /// A line of the trail of one thing.
    static let auditChanges = Columns(
        "AuditChange",
        Column("position", .position) { .integer($0.entry.position) },
        Column("id", .identifier.described("The event's id")) { .string($0.entry.id) },
        Column("createdAt", .timestamp) { .timestamp($0.entry.createdAt) },
        Column("type", .string().described("The type of event")) { .string($0.entry.type) },
        Column("actor", .identifier.described("Who did it")) { .string($0.entry.userID) },
        Column("subject", .identifier.described("Whom it is about")) { .optional($0.entry.subject) },
        Column("branchId", .identifier) { .optional($0.entry.branchID) },
        Column("action", .string()) { .string($0.entry.action) },
        Column("status", .string()) { .string($0.entry.status) },
        Column("changed", .array(of: .string()).described("The members that differ")) {
            Cell.json(members: $0.changed)
        },
        Column("before", .anyObject.described("The thing right before; missing where there was none")) {
            .optional(json: $0.before?.bytes)
        },
        Column("after", .anyObject.described("The thing right after; missing where there was none")) {
            .optional(json: $0.after?.bytes)
        },
        Column("changes", .any.described("What was recorded of it")) { .optional(json: $0.entry.changes) },
        Column("correlationId", .string().described("The W3C trace id")) { .optional($0.entry.correlationID) }
    )
}

extension Cell {
    fileprivate static func json(members: [String]) -> Cell {
        var writer = JSONWriter()
        writer.value(members)
        return .json(writer.bytes)
    }
}

extension JSONObject {
    /// The object as JSON text.
    fileprivate var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }
}
