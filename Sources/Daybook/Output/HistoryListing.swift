import Audit
import JSON
import Time

/// Lines of the history as they come: a table that grows, or one JSON object a line.
struct HistoryListing {
    private let console: Console
    private var table = Table([
        Table.Column("POSITION", .right), Table.Column("TIME"), Table.Column("ACTOR"), Table.Column("ACTION"),
        Table.Column("SUBJECT"), Table.Column("BRANCH"), Table.Column("WHAT"),
    ])
    /// How things end that need no word.
    private static let usual: Set<String> = ["recorded", "success"]
    /// How many lines were shown.
    private(set) var count = 0

    init(_ console: Console) { self.console = console }

    mutating func show(_ lines: [AuditEntry]) throws {
        guard !lines.isEmpty else { return }
        defer { count += lines.count }
        guard !console.isJSON else {
            var writer = JSONWriter(reservingCapacity: lines.count * 500)
            for line in lines {
                line.write(to: &writer)
                writer.newline()
            }
            return try console.result(bytes: writer.bytes)
        }
        table.removeRows()
        for line in lines {
            table.add(
                "\(line.position)",
                line.createdAt.toTheSecond,
                line.userID,
                Self.usual.contains(line.status) ? line.action : "\(line.action) (\(line.status))",
                line.subject ?? "",
                line.branchID ?? "",
                line.what
            )
        }
        try console.result(table.rendered(withTitles: count == 0))
    }
}

extension AuditEntry {
    /// Writes the line with the members that the API gives it.
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("position", position)
            writer.member("id", id)
            writer.member("createdAt", createdAt)
            writer.member("type", type)
            writer.member("actor", userID)
            if let subject { writer.member("subject", subject) }
            if let branchID { writer.member("branchId", branchID) }
            writer.member("action", action)
            writer.member("resource", resource)
            if let resourceID { writer.member("resourceId", resourceID) }
            writer.member("status", status)
            if let changes {
                writer.name("changes")
                writer.value(rawJSON: changes)
            }
            if let ipAddress { writer.member("ipAddress", ipAddress) }
            if let userAgent { writer.member("userAgent", userAgent) }
            writer.member("stream", stream)
            writer.member("version", version)
            if let correlationID { writer.member("correlationId", correlationID) }
            if let causationID { writer.member("causationId", causationID) }
        }
    }
}
