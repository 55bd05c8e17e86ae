import Access
import Events
import HTTPTypes
import JSON
import Testing

extension School {
    /// Sends a body to one of the endpoints of the Authorization API.
    func ask(
        _ endpoint: String,
        _ body: String,
        as user: String = School.admin,
        type: String? = "application/json",
        headers: [String: String] = [:]
    ) async throws -> Answer {
        try await send(.post, "/access/v1/\(endpoint)", as: user, type: type, body: body, headers: headers)
    }

    /// What the standard's certification scenario asks for: alice may read and write records, bob may read them; and carol
    /// may read them in the branch north.
    func furnishRecords() async throws {
        let context = CommandContext(actor: .user(School.admin))
        for action in ["read", "write"] {
            _ = try await access.createCustomPermission(CreatePermission(name: "record:\(action)"), context)
        }
        try await grant(["record:read", "record:write"], to: "alice", in: RBAC.institutionBranch)
        try await grant(["record:read"], to: "bob", in: RBAC.institutionBranch)
        try await grant(["record:read"], to: "carol", in: "north")
    }

    /// What was recorded from a position on, by type.
    func recorded(_ type: String, from position: Int64) async throws -> [JSONValue] {
        var events: [JSONValue] = []
        for position in position..<(try await log.store.head().size) {
            guard let event = try await log.store.reader.event(at: position), event.type.rawValue == type else {
                continue
            }
            events.append(try JSONValue(parsing: try #require(event.data)))
        }
        return events
    }

    /// The checks that the decision log got from a position on, each as `asker user permission branch verdict`.
    func checks(from position: Int64) async throws -> [String] {
        try await access.decisions.settle()
        return try await recorded("rbac.decisions-recorded", from: position).flatMap { event in
            func name(_ list: String, _ index: JSONValue) -> String {
                let index = Int(index.int64 ?? -9)
                return index < 0 ? "\(index)" : event[list]?.array?[index].string ?? "?"
            }
            return (event["decisions"]?.array ?? []).compactMap(\.array).filter { $0[1].int64 == 1 }
                .map { decision in
                    [
                        name("users", decision[2]), name("users", decision[3]), name("permissions", decision[4]),
                        name("branches", decision[5]), name("verdicts", decision[6]),
                    ].joined(separator: " ")
                }
        }
    }
}

extension Answer {
    /// The decisions of several evaluations.
    var decisions: [Bool?] { (json?["evaluations"]?.array ?? []).map { $0["decision"]?.bool } }
    /// What a search found.
    var results: [JSONValue] { json?["results"]?.array ?? [] }
    var ids: [String?] { results.map { $0["id"]?.string } }
    var names: [String?] { results.map { $0["name"]?.string } }
    var nextToken: String? { json?["page"]?["next_token"]?.string }
}

/// An evaluation as a request has it.
func evaluation(
    _ subject: String = "alice",
    _ action: String = "read",
    _ resource: String = #"{"type":"record","id":"record-1"}"#
) -> String {
    #"{"subject":{"type":"user","id":"\#(subject)"},"action":{"name":"\#(action)"},"resource":\#(resource)}"#
}

extension String {
    /// The same object with a further member.
    func with(_ member: String) -> String { dropLast() + ",\(member)}" }
}
