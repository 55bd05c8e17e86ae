import JSON
import Logging
import Monitoring
import Time

/// Log messages as lines of text on standard error: `time level message key=value …`.
struct PlainLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let output: OutputStream

    init(level: Logger.Level, _ output: OutputStream) {
        logLevel = level
        self.output = output
    }

    /// Makes every logger of the process write so. Once.
    static func bootstrap(level: Logger.Level, _ output: OutputStream) {
        LoggingSystem.bootstrap { _ in PlainLogHandler(level: level, output) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let metadata = metadata.merging(event.metadata ?? [:]) { $1 }
        var line = "\(Timestamp.now().rfc3339) \(event.level.rawValue) \(TerminalText.line("\(event.message)"))"
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += " \(key)=\(Self.quoted("\(value)"))"
        }
        if let error = event.error { line += " error=\(Self.quoted("\(error)"))" }
        // Nobody is left to be told that standard error is closed.
        try? output.write(line + "\n")
    }

    /// A value that cannot be mistaken for more than one.
    private static func quoted(_ value: String) -> String {
        let line = TerminalText.line(value)
        let isPlain = !line.isEmpty && line.allSatisfy { $0 != " " && $0 != "\"" && $0 != "=" }
        return isPlain ? line : "\"\(line.replacing("\"", with: "\\\""))\""
    }

    /// An entry of a server in the same form.
    static func line(_ entry: RecordedEntry) -> [UInt8] {
        var line = "\(entry.at.rfc3339) \(entry.level.rawValue) \(TerminalText.line(entry.message))"
        if let trace = entry.traceID { line += " traceId=\(quoted(trace))" }
        if let request = entry.requestID { line += " requestId=\(quoted(request))" }
        for member in entry.metadata.members {
            line += " \(TerminalText.line(member.name))=\(quoted(text(member.value)))"
        }
        if let error = entry.error { line += " error=\(quoted(error))" }
        return Array((line + "\n").utf8)
    }

    private static func text(_ value: JSONValue) -> String {
        if let string = value.string { return string }
        var writer = JSONWriter()
        writer.value(value)
        return writer.text
    }
}
