import EventStore
import Events
import JSON
import Time

/// Requests on their way into one event.
struct RequestBatch {
    /// What the requests of one event may take together; the schema allows no more than 1 MiB.
    static let byteLimit = 900_000

    private var requests = JSONWriter(reservingCapacity: 65_536)
    private var routes: [String: Int] = [:]
    private var actors: [String: Int] = [:]
    private var routeNames: [String] = []
    private var actorNames: [String] = []
    let from: Timestamp
    private var to: Timestamp
    private(set) var count = 0
    private var errors = 0
    var leftOut = 0

    /// - Parameter from: no request began before.
    init(from: Timestamp) {
        self.from = from
        to = from
        requests.beginArray()
    }

    var isFull: Bool { requests.bytes.count >= Self.byteLimit || routeNames.count >= 999 || actorNames.count >= 9_999 }

    mutating func append(_ record: RequestRecord) {
        let end = Timestamp(microseconds: record.startedAt.microseconds + record.microseconds)
        to = max(to, end)
        count += 1
        if record.isError { errors += 1 }
        requests.beginArray()
        requests.value(max(0, record.startedAt.microseconds - from.microseconds))
        requests.value(Self.index(of: "\(record.method) \(record.route)", &routes, &routeNames, Redaction.text))
        // Who it was is what the log is for, also where that looks like an address.
        requests.value(Self.index(of: record.actor, &actors, &actorNames, Redaction.line))
        requests.value(record.status)
        requests.value(record.microseconds)
        requests.value(record.requestBytes)
        requests.value(record.responseBytes)
        requests.value(record.traceID)
        requests.endArray()
    }

    private static func index(
        of name: String,
        _ known: inout [String: Int],
        _ names: inout [String],
        _ clean: (String, Int) -> String
    ) -> Int {
        if let index = known[name] { return index }
        // What a caller sends must not keep a batch from being recorded.
        let clean = clean(name.isEmpty ? "-" : name, 200)
        let index = known[clean] ?? names.count
        if index == names.count { names.append(clean) }
        known[name] = index
        known[clean] = index
        return index
    }

    /// The event. Its document is written as it goes, since building it member by member would cost several times as
    /// much; `RequestBatchTests` holds it against the schema.
    func event(node: String) -> NewEvent {
        var json = JSONWriter(reservingCapacity: requests.bytes.count + 4_096)
        json.object { json in
            json.member("node", node)
            json.member("from", from)
            json.member("to", to)
            json.member("count", count)
            json.member("errors", errors)
            json.member("leftOut", leftOut)
            json.member("routes", routeNames)
            json.member("actors", actorNames)
            json.name("requests")
            json.value(rawJSON: requests.bytes + [UInt8(ascii: "]")])
        }
        return NewEvent(
            type: Logs.RequestsRecorded.type,
            schemaVersion: Logs.RequestsRecorded.schemaVersion,
            data: json.bytes,
            personal: nil,
            id: UUIDv7.generate()
        )
    }
}
