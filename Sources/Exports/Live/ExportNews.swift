import EventStore
import Events
package import JSON

/// How an export stands, as its owner is told when that changes. Holds no personal text.
package struct ExportNews: Sendable, Hashable {
    /// The export.
    package var exportID: String
    /// How it stands.
    package var state: ExportRecord.State
    /// How many rows are written.
    package var rows: Int64?
    /// How many there are.
    package var total: Int64?
    /// How many pages the file has.
    package var pages: Int64?
    /// Why it was not made.
    package var reason: String?
    /// Where that is recorded.
    package var position: Int64

    static let types: Set<EventType> = [
        Exports.Requested.type, Exports.Started.type, Exports.Progressed.type, Exports.Completed.type,
        Exports.Failed.type, Exports.Cancelled.type,
    ]

    private typealias Exports = Events.Exports

    private init(_ id: String, _ state: ExportRecord.State, _ event: RecordedEvent) {
        exportID = id
        self.state = state
        position = event.position
    }

    /// What an event says; nil for other events.
    init?(_ event: RecordedEvent) throws {
        switch event.type {
        case Exports.Requested.type: self.init(try event.decode(Exports.Requested.self).exportID, .queued, event)
        case Exports.Started.type: self.init(try event.decode(Exports.Started.self).exportID, .running, event)
        case Exports.Progressed.type:
            let progress = try event.decode(Exports.Progressed.self)
            self.init(progress.exportID, .running, event)
            (rows, total) = (progress.rows, progress.total)
        case Exports.Completed.type:
            let completed = try event.decode(Exports.Completed.self)
            self.init(completed.exportID, .completed, event)
            (rows, total, pages) = (completed.rows, completed.rows, completed.pages)
        case Exports.Failed.type:
            let failed = try event.decode(Exports.Failed.self)
            self.init(failed.exportID, failed.retryAt == nil ? .failed : .waiting, event)
            reason = failed.reason
        case Exports.Cancelled.type: self.init(try event.decode(Exports.Cancelled.self).exportID, .cancelled, event)
        default: return nil
        }
    }

    /// Writes it as the members of a JSON object.
    package func write(to json: inout JSONWriter) {
        json.member("exportId", exportID)
        json.member("state", state.rawValue)
        if let rows { json.member("rows", rows) }
        if let total { json.member("totalRows", total) }
        if let percent = ExportRecord.percent(state, rows, of: total) { json.member("percent", percent) }
        if let pages { json.member("pages", pages) }
        if let reason { json.member("reason", reason) }
        json.member("position", position)
    }
}
