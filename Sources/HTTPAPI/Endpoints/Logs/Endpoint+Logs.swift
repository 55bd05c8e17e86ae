import Access
import EventStore
import JSON
import Logging
import Monitoring

extension Endpoint {
    /// Logging and monitoring.
    package static func logs(_ access: LogsAccess) -> [Endpoint] {
        [
            logEntries(access), logLevels(access), changeLogLevel(access), requestLogs(access),
            requestMetrics(access), healthCheck(access), healthHistory(access), metrics(access.monitoring),
            exportLogs(access),
        ] + alerts(access) + auditReports(access) + archives(access)
    }

    /// `GET /logs`: what the servers said of their running.
    private static func logEntries(_ access: LogsAccess) -> Endpoint {
        let levels = "trace, debug, info, notice, warning, error or critical."
        return Endpoint(
            .get,
            "/logs",
            "Read log entries",
            details: "Newest first. Entries of and above the level that servers record by; see `GET /logs/level`.",
            tag: "logs",
            access: .permission(BuiltInPermission.readLogEntries.name),
            mayBeKept: false,
            inputs: Query("level", .logLevel, "Of this level: \(levels)"),
            Query("minLevel", .logLevel, "Of this level or graver."),
            Query<String?>("logger", .text(1...100), "Of the logger of this label."),
            Query<String?>("traceId", .text(1...32), "Said in a request of this trace."),
            Query<String?>("node", .text(1...100), "Said on this server."),
            Query("from", .timestamp, "Said at this time or later."),
            Query("to", .timestamp, "Said at this time or earlier."),
            AsOf(),
            Paging(default: 50, maximum: 500),
            outputs: .listing(.logEntries, "The entries."),
            problems: .unavailable
        ) { context, level, minimum, logger, trace, node, from, to, asOf, page in
            var query = LogQuery()
            (query.level, query.minimumLevel, query.logger) = (level, minimum, logger)
            (query.traceID, query.node, query.from, query.to) = (trace, node, from, to)
            if page.after == nil, asOf == nil { await access.monitoring.recordEntries() }
            let size = try await access.size(asOf: asOf, cursor: page.after)
            let rows = try await access.monitoring.reader.entries(
                query,
                below: page.after?.position ?? .max,
                size: size,
                limit: page.limit + 1
            )
            let shown = Array(rows.prefix(page.limit))
            return .listing(
                shown,
                .logEntries,
                page: page,
                next: rows.count > page.limit ? shown.last.map { PageCursor(position: $0.position, asOf: size) } : nil,
                position: Reply.position(ofSize: size),
                context
            )
        }
    }

    /// `GET /logs/level`: from which level on this server writes and records.
    private static func logLevels(_ access: LogsAccess) -> Endpoint {
        Endpoint(
            .get,
            "/logs/level",
            "See how much this server logs",
            tag: "logs",
            access: .permission(BuiltInPermission.readLogEntries.name),
            outputs: .json(.ok, levelsSchema, "The levels.")
        ) { _ in
            .json { writeLevels(access.monitoring, to: &$0) }
        }
    }

    /// `POST /logs/level`: changes how much is logged while servers run.
    private static func changeLogLevel(_ access: LogsAccess) -> Endpoint {
        Endpoint(
            .post,
            "/logs/level",
            "Change how much is logged",
            details: """
                On this server at once, on others within seconds, until they start again. `output` is what is written \
                to the servers' output, `events` what becomes events.
                """,
            tag: "logs",
            access: .permission(BuiltInPermission.changeLogLevel.name),
            inputs: IdempotencyHeader(),
            JSONBody(LevelChange.self),
            outputs: .json(.ok, levelsSchema, "The levels now."),
            problems: .idempotencyKeyReused,
            .unavailable
        ) { context, key, change in
            let receipt = try await access.monitoring.changeLevel(
                change.target,
                to: change.level,
                reason: change.reason,
                by: Author(context, key)
            )
            return .json(position: receipt.events.last?.position) { writeLevels(access.monitoring, to: &$0) }
        }
    }

    private static let levelsSchema = Schema.object(
        .optional("output", .oneOf(Logger.Level.allCases.map(\.rawValue))),
        .optional("events", .oneOf(Logger.Level.allCases.map(\.rawValue)))
    )

    private static func writeLevels(_ monitoring: MonitoringService, to writer: inout JSONWriter) {
        writer.object { writer in
            guard let levels = monitoring.logs?.levels else { return }
            writer.member("output", levels.output.rawValue)
            writer.member("events", levels.events.rawValue)
        }
    }
}

extension ValueFormat where Value == Logger.Level {
    /// A level of logging.
    fileprivate static let logLevel = ValueFormat(.oneOf(Logger.Level.allCases.map(\.rawValue))) {
        text throws(ValueFormatError) in
        guard let level = Logger.Level(rawValue: text.lowercased()) else {
            let names = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValueFormatError("is to be one of \(names).")
        }
        return level
    }
}
