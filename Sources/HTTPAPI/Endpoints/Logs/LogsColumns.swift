import JSON
import Monitoring

extension Columns<LogEntry> {
    /// A log entry.
    static let logEntries = Columns(
        "LogEntry",
        Column("position", .position) { .integer($0.position) },
        Column("id", .identifier.described("The event's id")) { .string($0.id) },
        Column("level", .string()) { .string($0.level) },
        Column("message", .string()) { .string($0.message) },
        Column("timestamp", .timestamp.described("When it was said")) { .timestamp($0.loggedAt) },
        Column("logger", .string()) { .string($0.logger) },
        Column("source", .string().described("The module that says it")) { .optional($0.source) },
        Column("node", .string().described("The server")) { .optional($0.node) },
        Column("traceId", .string()) { .optional($0.traceID) },
        Column("requestId", .string()) { .optional($0.requestID) },
        Column("error", .string()) { .optional($0.error) },
        Column("metadata", .anyObject) { .optional(json: $0.metadata) },
        Column("recordedAt", .timestamp) { .timestamp($0.recordedAt) }
    )
}

extension Columns<RequestLog> {
    /// A request.
    static let requestLogs = Columns(
        "RequestLog",
        Column("position", .position.described("The event that holds it")) { .integer($0.position) },
        Column("place", .integer().described("Its place in that event")) { .integer($0.place) },
        Column("startedAt", .timestamp) { .timestamp($0.startedAt) },
        Column("method", .string()) { .string($0.method) },
        Column("route", .string().described("The path template")) { .string($0.route) },
        Column("actor", .identifier) { .string($0.actor) },
        Column("status", .integer()) { .integer(Int64($0.status)) },
        Column("durationMicroseconds", .integer()) { .integer($0.microseconds) },
        Column("requestBytes", .integer()) { .integer($0.requestBytes) },
        Column("responseBytes", .integer()) { .integer($0.responseBytes) },
        Column("traceId", .string()) { .string($0.traceID) },
        Column("node", .string()) { .optional($0.node) }
    )
}

extension Columns<RouteMeasurement> {
    /// What the requests of a route were like.
    static let routes = Columns(
        "RouteMetrics",
        Column("method", .string()) { .string($0.method) },
        Column("route", .string()) { .string($0.route) },
        Column("requests", .integer()) { .integer($0.requests) },
        Column("clientErrors", .integer().described("Status 4xx")) { .integer($0.clientErrors) },
        Column("serverErrors", .integer().described("Status 5xx")) { .integer($0.serverErrors) },
        Column("requestBytes", .integer()) { .integer($0.requestBytes) },
        Column("responseBytes", .integer()) { .integer($0.responseBytes) },
        Column("meanMicroseconds", .integer()) { .integer($0.meanMicroseconds) },
        Column("p50Microseconds", .integer()) { .integer($0.microseconds(atPercentile: 50)) },
        Column("p90Microseconds", .integer()) { .integer($0.microseconds(atPercentile: 90)) },
        Column("p99Microseconds", .integer()) { .integer($0.microseconds(atPercentile: 99)) },
        Column("p999Microseconds", .integer()) { .integer($0.microseconds(atPercentile: 99.9)) },
        Column("slowestMicroseconds", .integer()) { .integer($0.slowestMicroseconds) }
    )
}

extension Columns<HealthRecord> {
    /// A health check that was recorded.
    static let healthRecords = Columns(
        "SystemHealthCheck",
        Column("position", .position) { .integer($0.position) },
        Column("id", .identifier) { .string($0.id) },
        Column("checkType", .string()) { .string($0.check) },
        Column("status", .string()) { .string($0.status) },
        Column("message", .string()) { .optional($0.message) },
        Column("details", .anyObject) { .optional(json: $0.details) },
        Column("checkedAt", .timestamp) { .timestamp($0.checkedAt) },
        Column("node", .string()) { .optional($0.node) }
    )
}

extension Columns<HealthResult> {
    /// A health check, made just now.
    static let healthResults = Columns(
        "HealthCheck",
        Column("checkType", .string()) { .string($0.check.rawValue) },
        Column("status", .string()) { .string($0.status.rawValue) },
        Column("message", .string()) { .optional($0.message) },
        Column("details", .anyObject) { result in
            var writer = JSONWriter()
            writer.value(result.details)
            return .json(writer.bytes)
        },
        Column("checkedAt", .timestamp) { .timestamp($0.checkedAt) }
    )
}

extension Columns<AlertRecord> {
    /// An alert.
    static let alerts = Columns(
        "Alert",
        Column("alertId", .identifier) { .string($0.alertID) },
        Column("rule", .string()) { .string($0.rule) },
        Column("severity", .string()) { .string($0.severity) },
        Column("message", .string()) { .string($0.message) },
        Column("node", .string()) { .optional($0.node) },
        Column("value", .integer()) { .optional($0.value) },
        Column("threshold", .integer()) { .optional($0.threshold) },
        Column("silenced", .boolean) { .boolean($0.isSilenced) },
        Column("raisedPosition", .position) { .integer($0.raisedPosition) },
        Column("raisedAt", .timestamp) { .timestamp($0.raisedAt) },
        Column("raisedBy", .identifier) { .string($0.raisedBy) },
        Column("resolvedPosition", .position) { .optional($0.resolvedPosition) },
        Column("resolvedAt", .timestamp) { .optional($0.resolvedAt) },
        Column("resolvedBy", .identifier) { .optional($0.resolvedBy) },
        Column("resolvedReason", .string()) { .optional($0.resolvedReason) }
    )
}
