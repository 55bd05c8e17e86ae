import Events
import JSON

extension ExportedLog {
    /// The columns of CSV.
    static let columns = [
        "logIndex", "place", "recordedAt", "time", "type", "kind", "level", "actor", "branchId", "node", "method",
        "route", "status", "durationMicroseconds", "requestBytes", "responseBytes", "traceId", "message", "data",
        "leaf",
        "proofUrl",
    ]

    /// Where its proof is.
    func proofURL(_ base: String) -> String { "\(base)/log/events/\(position)/proof" }

    /// Appends it as a line of JSON.
    func appendJSON(to json: inout JSONWriter, base: String) {
        json.object { json in
            json.member("logIndex", position)
            if let place { json.member("place", place) }
            json.member("eventId", id)
            json.member("type", type.rawValue)
            json.member("kind", kind)
            json.member("recordedAt", recordedAt)
            json.member("time", happenedAt)
            json.member("actor", actor)
            if let branch { json.member("branchId", branch) }
            if let node { json.member("node", node) }
            if let traceID { json.member("traceId", traceID) }
            switch subject {
            case .entry(let entry):
                json.member("level", entry.level.rawValue)
                json.member("message", entry.message)
                json.member("logger", entry.logger)
                if let source = entry.source { json.member("source", source) }
                if let error = entry.error { json.member("error", error) }
                if let metadata = entry.metadata { json.member("metadata", .object(metadata)) }
            case .request(let request):
                json.member("method", request.method)
                json.member("route", request.route)
                json.member("status", request.status)
                json.member("durationMicroseconds", request.microseconds)
                json.member("requestBytes", request.requestBytes)
                json.member("responseBytes", request.responseBytes)
            case .event:
                if let data {
                    json.name("data")
                    json.value(rawJSON: data)
                }
            case .released: break
            }
            json.member("leaf", leaf)
            json.member("proofUrl", proofURL(base))
        }
        json.newline()
    }

    /// Its fields in the order of ``columns``.
    func fields(base: String) -> [String] {
        var fields = [
            String(position), place.map { String($0) } ?? "", recordedAt.rfc3339, happenedAt.rfc3339, type.rawValue,
            kind,
        ]
        var entry: Logs.Entry?
        var request: RequestRecord?
        if case .entry(let found) = subject { entry = found }
        if case .request(let found) = subject { request = found }
        fields += [entry?.level.rawValue ?? "", actor, branch ?? "", node ?? ""]
        fields += [
            request?.method ?? "", request?.route ?? "", request.map { String($0.status) } ?? "",
            request.map { String($0.microseconds) } ?? "", request.map { String($0.requestBytes) } ?? "",
            request.map { String($0.responseBytes) } ?? "",
        ]
        fields += [
            traceID ?? "", entry?.message ?? "", data.map { String(decoding: $0, as: UTF8.self) } ?? "", leaf,
            proofURL(base),
        ]
        return fields
    }
}
