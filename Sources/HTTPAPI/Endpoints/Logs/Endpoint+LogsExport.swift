import Access
import Audit
import Events
import JSON
import Monitoring
import Time

extension Endpoint {
    /// `POST /logs/export`: logs of a stretch of time, for other systems.
    static func exportLogs(_ access: LogsAccess) -> Endpoint {
        let permission = BuiltInPermission.exportLogs
        return Endpoint(
            .post,
            "/logs/export",
            "Export logs",
            details: """
                Oldest first, as NDJSON, CSV, or OCSF 1.6.0 (one JSON event a line). Each line has its index in the \
                log, its leaf hash and the URL of its proof. Taken in are the types of events that the reader may see. \
                No personal text. That logs were exported is recorded before any of it is shown.
                """,
            tag: "logs",
            access: .permission(permission.name),
            routeClass: .audit,
            inputs: JSONBody(LogsToExport.self),
            outputs: Output(.ok, [.ndjson, .csv], .string(), "The export, in the format that the body asks for."),
            problems: .unavailable
        ) { context, body in
            guard body.startDate < body.endDate else {
                throw Problem(fields: [FieldProblem(pointer: "/endDate", "does not lie after startDate.")])
            }
            let reader = try await access.history.reader(permission, context)
            let types = Set(body.parts.flatMap(\.types)).intersection(reader.sight.everywhere)
            let pages = try await access.monitoring.exportLogs(
                from: body.startDate,
                to: body.endDate,
                types: types,
                format: body.format,
                base: body.baseURL ?? "",
                product: access.productVersion,
                csv: { CSVLine.line($0) }
            )
            let parts = body.parts.map { JSONValue.string($0.rawValue) }
            try await access.audit.record(
                .export,
                filter: [
                    "from": .string(body.startDate.rfc3339), "to": .string(body.endDate.rfc3339),
                    "format": .string(body.format.rawValue), "parts": .array(parts),
                ],
                returned: try await access.monitoring.count(pages),
                by: reader
            )
            return Reply(
                .ok,
                .stream { writer in
                    for try await lines in pages {
                        writer.json.bytes.append(contentsOf: lines)
                        try await writer.flushIfLarge()
                    }
                },
                body.format == .csv ? .csv : .ndjson
            )
        }
    }
}

/// What to export.
struct LogsToExport: JSONReadable {
    let startDate: Timestamp
    let endDate: Timestamp
    let format: LogExportFormat
    let parts: [LogExportPart]
    let baseURL: String?

    static let schema = Schema.object(
        .required("startDate", .timestamp),
        .required("endDate", .timestamp),
        .required("format", .choice(LogExportFormat.self)),
        .optional(
            "parts",
            .array(of: .choice(LogExportPart.self), count: 1...4)
                .described("What is taken in: entries and requests where left out")
        ),
        .optional("baseUrl", .string().described("What proof URLs begin with, such as https://daybook.example"))
    )

    init(reading reader: inout JSONReader) {
        startDate = reader.timestamp("startDate")
        endDate = reader.timestamp("endDate")
        format = reader.choice("format")
        let names = reader.stringsIfPresent("parts", each: StringRule(1...20), count: 1...4, unique: true)
        var known: [LogExportPart] = []
        for (index, name) in (names ?? ["entries", "requests"]).enumerated() {
            if let part = LogExportPart(rawValue: name) {
                known.append(part)
            } else {
                let all = LogExportPart.allCases.map(\.rawValue).joined(separator: ", ")
                reader.refuse("parts", "Element \(index) is not one of \(all).")
            }
        }
        parts = known
        let base = reader.stringIfPresent("baseUrl", StringRule(1...500))
        if let base, !base.hasPrefix("https://"), !base.hasPrefix("http://") {
            reader.refuse("baseUrl", "A URL that begins with https:// or http:// was expected.")
        }
        baseURL = base.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    }
}
