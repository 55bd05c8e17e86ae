import Foundation
import Postgres
package import Time

/// A log entry as it was recorded (the plan's Log).
package struct LogEntry: Sendable, Hashable {
    /// The event.
    package var position: Int64
    /// The event's id.
    package var id: String
    /// How grave it is.
    package var level: String
    /// What is said.
    package var message: String
    /// When it was said.
    package var loggedAt: Timestamp
    /// The label of the logger.
    package var logger: String
    /// The module that says it.
    package var source: String?
    /// The server.
    package var node: String?
    /// The W3C trace id.
    package var traceID: String?
    /// The client's id of the request.
    package var requestID: String?
    /// The error that it is about.
    package var error: String?
    /// As JSON text.
    package var metadata: [UInt8]?
    /// When it was recorded.
    package var recordedAt: Timestamp

    init(_ row: PostgresRow) throws {
        position = try row.decode("position", as: Int64.self)
        id = try row.decode("id", as: UUID.self).uuidString.lowercased()
        level = try row.decode("level", as: String.self)
        message = try row.decode("message", as: String.self)
        loggedAt = try row.decode("logged_at", as: Timestamp.self)
        logger = try row.decode("logger", as: String.self)
        source = try row.decode("source", as: String?.self)
        node = try row.decode("node", as: String?.self)
        traceID = try row.decode("trace_id", as: String?.self)
        requestID = try row.decode("request_id", as: String?.self)
        error = try row.decode("error", as: String?.self)
        metadata = try row.decode("metadata", as: String?.self).map { Array($0.utf8) }
        recordedAt = try row.decode("recorded_at", as: Timestamp.self)
    }
}

/// A request as it was recorded.
package struct RequestLog: Sendable, Hashable {
    /// The event that holds it.
    package var position: Int64
    /// Its place there, from 1.
    package var place: Int64
    /// The server.
    package var node: String?
    /// When it arrived.
    package var startedAt: Timestamp
    /// The method.
    package var method: String
    /// The route template.
    package var route: String
    /// Who asked.
    package var actor: String
    /// How it ended, or was.
    package var status: Int
    /// How long it took.
    package var microseconds: Int64
    /// Bytes of the body that came.
    package var requestBytes: Int64
    /// Bytes of the body that went.
    package var responseBytes: Int64
    /// The W3C trace id.
    package var traceID: String

    init(_ row: PostgresRow) throws {
        position = try row.decode("position", as: Int64.self)
        place = try row.decode("place", as: Int64.self)
        node = try row.decode("node", as: String?.self)
        startedAt = try row.decode("started_at", as: Timestamp.self)
        method = try row.decode("method", as: String.self)
        route = try row.decode("route", as: String.self)
        actor = try row.decode("actor", as: String.self)
        status = Int(try row.decode("status", as: Int32.self))
        microseconds = try row.decode("microseconds", as: Int64.self)
        requestBytes = try row.decode("request_bytes", as: Int64.self)
        responseBytes = try row.decode("response_bytes", as: Int64.self)
        traceID = try row.decode("trace_id", as: String.self)
    }
}

/// A health check as it was recorded (the plan's SystemHealthCheck).
package struct HealthRecord: Sendable, Hashable {
    /// The event.
    package var position: Int64
    /// The event's id.
    package var id: String
    /// What was looked at.
    package var check: String
    /// How it ended, or was.
    package var status: String
    /// The server.
    package var node: String?
    /// When.
    package var checkedAt: Timestamp
    /// What is said.
    package var message: String?
    /// As JSON text.
    package var details: [UInt8]?

    init(_ row: PostgresRow) throws {
        position = try row.decode("position", as: Int64.self)
        id = try row.decode("id", as: UUID.self).uuidString.lowercased()
        check = try row.decode("check_type", as: String.self)
        status = try row.decode("status", as: String.self)
        node = try row.decode("node", as: String?.self)
        checkedAt = try row.decode("checked_at", as: Timestamp.self)
        message = try row.decode("message", as: String?.self)
        details = try row.decode("details", as: String?.self).map { Array($0.utf8) }
    }
}

/// An alert as it was recorded.
package struct AlertRecord: Sendable, Hashable {
    /// The alert.
    package var alertID: String
    /// The rule, or the type that whoever raised it gave.
    package var rule: String
    /// How bad it is.
    package var severity: String
    /// What is said.
    package var message: String
    /// The server.
    package var node: String?
    /// What was measured.
    package var value: Int64?
    /// What it should have stayed below.
    package var threshold: Int64?
    /// Whether the rule was silenced.
    package var isSilenced: Bool
    /// The event that raised it.
    package var raisedPosition: Int64
    /// When it was noticed.
    package var raisedAt: Timestamp
    /// Who raised it.
    package var raisedBy: String
    /// The event that it is over by.
    package var resolvedPosition: Int64?
    /// When that was noticed.
    package var resolvedAt: Timestamp?
    /// Who said so.
    package var resolvedBy: String?
    /// Why, if somebody said so.
    package var resolvedReason: String?

    init(_ row: PostgresRow) throws {
        alertID = try row.decode("alert_id", as: String.self)
        rule = try row.decode("rule", as: String.self)
        severity = try row.decode("severity", as: String.self)
        message = try row.decode("message", as: String.self)
        node = try row.decode("node", as: String?.self)
        value = try row.decode("value", as: Int64?.self)
        threshold = try row.decode("threshold", as: Int64?.self)
        isSilenced = try row.decode("silenced", as: Bool.self)
        raisedPosition = try row.decode("raised_position", as: Int64.self)
        raisedAt = try row.decode("raised_at", as: Timestamp.self)
        raisedBy = try row.decode("raised_by", as: String.self)
        resolvedPosition = try row.decode("resolved_position", as: Int64?.self)
        resolvedAt = try row.decode("resolved_at", as: Timestamp?.self)
        resolvedBy = try row.decode("resolved_by", as: String?.self)
        resolvedReason = try row.decode("resolved_reason", as: String?.self)
    }
}
