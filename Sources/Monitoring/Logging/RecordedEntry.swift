package import Events
package import JSON
package import Logging
package import Time

/// A log entry with everything in it that must not be there taken out.
package struct RecordedEntry: Sendable, Hashable {
    /// When it was said.
    package var at: Timestamp
    /// How grave it is.
    package var level: Logger.Level
    /// What is said.
    package var message: String
    /// The label of the logger.
    package var logger: String
    /// The module that says it.
    package var source: String
    /// The trace of the request that it was said in.
    package var traceID: String?
    /// The client's id of that request.
    package var requestID: String?
    /// The error that it is about.
    package var error: String?
    /// The rest, as JSON values of strings, arrays and objects.
    package var metadata: JSONObject

    /// The modules that recording an entry itself runs through.
    private static let recordingModules: Set<String> = ["Monitoring", "EventStore", "Postgres"]

    /// Whether recording an entry could have made somebody say this.
    var isAboutRecording: Bool { Self.recordingModules.contains(source) }

    init(_ record: LogRecord) {
        at = record.at
        level = record.event.level
        message = Redaction.text(record.event.message.description, limit: 2_000, isMultiline: true)
        logger = Redaction.text(record.label, limit: 100)
        source = Redaction.text(record.event.source, limit: 100)
        var rest = record.metadata
        if let provided = record.provided { rest.merge(provided) { $1 } }
        if let given = record.event.metadata { rest.merge(given) { $1 } }
        traceID = Self.line(rest.removeValue(forKey: "traceId"), limit: 32)
        requestID = Self.line(rest.removeValue(forKey: "requestId"), limit: 128)
        error = record.event.error.map { Redaction.text(String(describing: $0), limit: 2_000, isMultiline: true) }
        if error == nil, let said = rest.removeValue(forKey: "error") {
            error = Redaction.text("\(said)", limit: 2_000, isMultiline: true)
        }
        metadata = JSONObject()
        var room = 12_000
        for (key, value) in rest.sorted(by: { $0.key < $1.key }) {
            let name = Redaction.text(key, limit: 100)
            let json = Redaction.value(value, of: name, room: &room)
            metadata[name] = json
        }
        if message.isEmpty { message = "(empty)" }
        if logger.isEmpty { logger = "(none)" }
        if traceID?.isEmpty == true { traceID = nil }
        if requestID?.isEmpty == true { requestID = nil }
        if error?.isEmpty == true { error = nil }
    }

    private static func line(_ value: Logger.MetadataValue?, limit: Int) -> String? {
        value.map { Redaction.text("\($0)", limit: limit) }
    }

    /// The entry as a line of JSON.
    package var line: [UInt8] {
        var json = JSONWriter(reservingCapacity: 512)
        json.object { json in
            json.member("time", at)
            json.member("level", level.rawValue)
            json.member("message", message)
            json.member("logger", logger)
            json.member("source", source)
            if let traceID { json.member("traceId", traceID) }
            if let requestID { json.member("requestId", requestID) }
            if let error { json.member("error", error) }
            for member in metadata.members where !Self.ownNames.contains(member.name) {
                json.name(member.name)
                json.value(member.value)
            }
        }
        json.newline()
        return json.bytes
    }

    /// Members that metadata must not seem to be.
    private static let ownNames: Set<String> = [
        "time", "level", "message", "logger", "source", "traceId", "requestId", "error",
    ]

    /// The entry as an event.
    package func payload(node: String?) -> Logs.Entry {
        Logs.Entry(
            level: Logs.Entry.Level(rawValue: level.rawValue) ?? .info,
            message: message,
            logger: logger,
            source: source.isEmpty ? nil : source,
            node: node,
            loggedAt: at,
            traceID: traceID,
            requestID: requestID,
            error: error,
            metadata: metadata.members.isEmpty ? nil : metadata
        )
    }
}
