import Access
import EventStore
import JSON

extension Endpoint {
    /// `GET /log/export`: a range of the log, to be verified elsewhere.
    static func logExport(_ log: LogAccess) -> Endpoint {
        let permission = BuiltInPermission.exportLog
        return Endpoint(
            .get,
            "/log/export",
            "Export a range of the log",
            details: """
                One JSON object a line ("daybook export 1"): the tree's edge, the events, and the signed checkpoint that \
                they lead to; the export goes on to the first checkpoint that covers `to`. Memory does not grow with \
                the range, here or with the reader.
                """,
            tag: "log",
            access: .permission(permission.name),
            routeClass: .audit,
            mayBeKept: false,
            inputs: Query("from", .position, default: 0, "The first position."),
            Query("to", .position, "One past the last position; else the end of the log."),
            Query(
                "personal",
                .boolean,
                default: false,
                "Whether with personal text that was not erased, which takes a permission of its own."
            ),
            AsOf(),
            outputs: Output(.ok, [.ndjson], .string(), "The export."),
            problems: .unavailable
        ) { context, from, to, personal, asOf in
            if personal { try await context.require(BuiltInPermission.readPersonal.name, in: .institution) }
            let size = try await log.store.size(asOf: asOf)
            let head = try await log.store.head().size
            let end = [to, size].compactMap { $0 }.min() ?? head
            guard end <= head else { throw Problem.parameter(.query, "to", "is more than \(head), the log's size.") }
            guard from <= end else { throw Problem.parameter(.query, "from", "is more than \(end), where it ends.") }
            let export = try await log.store.export(from: from, to: end, includingPersonal: personal)
            try await log.record(
                .export,
                [
                    "from": .number(JSONNumber(export.range.lowerBound)),
                    "to": .number(JSONNumber(export.range.upperBound)),
                    "personal": .bool(personal),
                ],
                returned: Int64(export.range.count),
                by: permission,
                context
            )
            return Reply(
                .ok,
                .stream { writer in
                    for try await lines in export {
                        writer.json.bytes.append(contentsOf: lines)
                        try await writer.flushIfLarge()
                    }
                },
                .ndjson,
                position: Reply.position(ofSize: export.range.upperBound)
            )
        }
    }
}
