import EventStore
import Events
import JSON
import Logging
import MerkleLog
import Time

/// One line of an export of logs: an entry, a request, or another event, with where it stands in the log.
package struct ExportedLog: Sendable {
    /// What it is about.
    enum Subject: Sendable {
        case entry(Logs.Entry)
        case request(RequestRecord)
        case event
        /// The data was released; the header and its proof are left.
        case released
    }

    /// The event's index in the log.
    package let position: Int64
    /// Its place in that event, from 1, where the event holds several.
    let place: Int?
    let id: String
    let type: EventType
    let recordedAt: Timestamp
    let actor: String
    let branch: String?
    let stream: String
    let traceID: String?
    let leaf: String
    let data: [UInt8]?
    let subject: Subject
    let node: String?

    /// When it happened, as far as it says so itself; else when it was recorded.
    var happenedAt: Timestamp {
        switch subject {
        case .entry(let entry): entry.loggedAt
        case .request(let request): request.startedAt
        case .event, .released: recordedAt
        }
    }

    /// The kind of line.
    var kind: String {
        switch subject {
        case .entry: "entry"
        case .request: "request"
        case .event: "event"
        case .released: "released"
        }
    }

    /// What an event becomes.
    static func lines(of event: RecordedEvent) -> [ExportedLog] {
        guard let data = event.data else { return [ExportedLog(event, .released)] }
        if event.type == Logs.Entry.type, let entry = try? event.decode(Logs.Entry.self) {
            return [ExportedLog(event, .entry(entry), traceID: entry.traceID, node: entry.node)]
        }
        if event.type == Logs.RequestsRecorded.type, let batch = RequestBatch.records(in: data) {
            return batch.records.enumerated().map { index, request in
                ExportedLog(event, .request(request), place: index + 1, traceID: request.traceID, node: batch.node)
            }
        }
        return [ExportedLog(event, .event)]
    }

    private init(
        _ event: RecordedEvent,
        _ subject: Subject,
        place: Int? = nil,
        traceID: String? = nil,
        node: String? = nil
    ) {
        position = event.position
        self.place = place
        id = event.header.id.uuidString.lowercased()
        type = event.type
        recordedAt = event.header.recordedAt
        if case .request(let request) = subject { actor = request.actor } else { actor = event.header.actor }
        branch = event.header.branch
        stream = event.header.stream
        self.traceID = traceID ?? event.header.correlationID
        leaf = event.leaf.hex
        if case .event = subject { data = event.data } else { data = nil }
        self.subject = subject
        self.node = node
    }
}

extension RequestBatch {
    /// The requests in an event's data; nil where it does not hold them as it should.
    static func records(in data: [UInt8]) -> (records: [RequestRecord], node: String?)? {
        guard let json = try? JSONValue(parsing: data),
            let payload = try? Logs.RequestsRecorded(data: json, personal: nil)
        else { return nil }
        var records: [RequestRecord] = []
        for value in payload.requests.array ?? [] {
            guard let parts = value.array, parts.count == 8, let start = parts[0].int64, let route = parts[1].int64,
                let actor = parts[2].int64, let status = parts[3].int64, let micros = parts[4].int64,
                let came = parts[5].int64, let went = parts[6].int64, let trace = parts[7].string,
                payload.routes.indices.contains(Int(route)), payload.actors.indices.contains(Int(actor))
            else { return nil }
            let words = payload.routes[Int(route)].split(separator: " ", maxSplits: 1)
            records.append(
                RequestRecord(
                    method: String(words.first ?? ""),
                    route: String(words.last ?? ""),
                    actor: payload.actors[Int(actor)],
                    status: Int(status),
                    startedAt: Timestamp(microseconds: payload.from.microseconds + start),
                    duration: .microseconds(micros),
                    requestBytes: Int(came),
                    responseBytes: Int(went),
                    traceID: trace
                )
            )
        }
        return (records, payload.node)
    }
}
