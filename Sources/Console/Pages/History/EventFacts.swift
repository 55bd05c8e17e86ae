import Audit
import EventStore
import JSON

/// What the page of an event says, as its template has it.
struct EventFacts {
    let values: [String: Any]

    init(_ entry: AuditEntry, change: AuditChange?, related: [AuditEntry], event: RecordedEvent?) {
        var values = EventLine(entry).values
        values["momentAfter"] = String(entry.position)
        if entry.position > 0 {
            values["momentBefore"] = String(entry.position - 1)
            values["comparison"] = "\(ConsolePaths.compare)?from=\(entry.position - 1)&to=\(entry.position)"
        }
        values["stream"] = entry.stream
        values["version"] = String(entry.version)
        values["id"] = entry.id
        if let trace = entry.correlationID { values["trace"] = trace }
        if let address = entry.ipAddress { values["ipAddress"] = address }
        if let agent = entry.userAgent { values["userAgent"] = agent }
        let recorded = entry.changes.flatMap { try? JSONValue(parsing: $0) }?.object
        if let reason = recorded?["reason"]?.string { values["reason"] = reason }
        values["facts"] = (recorded?.members ?? []).map { ["name": $0.name, "value": JSONText.words($0.value)] }
        values["hasFacts"] = recorded?.isEmpty == false
        if let change, !change.changed.isEmpty {
            values["hasChanges"] = true
            values["changes"] = change.changed.map { name in
                var line: [String: Any] = ["name": name]
                if let before = change.before?[name] { line["before"] = JSONText.words(before) }
                if let after = change.after?[name] { line["after"] = JSONText.words(after) }
                return line
            }
        }
        let causes = related.filter { $0.id == entry.causationID }
        let effects = related.filter { $0.causationID == entry.id }
        let others = related.filter { $0.id != entry.causationID && $0.causationID != entry.id }
        values["causes"] = causes.map { EventLine($0).values }
        values["effects"] = effects.map { EventLine($0).values }
        values["companions"] = others.map { EventLine($0).values }
        values["hasRelated"] = !related.isEmpty
        values["neighbourhood"] = Figure.grouped(AuditService.neighbourhood)
        if let event {
            values["raw"] = JSONText.indented(Self.exported(event))
            values["evidence"] = ConsolePaths.event(entry.position) + "/evidence"
            if event.isErased { values["isErased"] = true }
        }
        self.values = values
    }

    private static func exported(_ event: RecordedEvent) -> JSONValue {
        var writer = JSONWriter()
        event.writeExported(into: &writer, includingPersonal: true)
        return (try? JSONValue(parsing: writer.bytes)) ?? .null
    }
}
