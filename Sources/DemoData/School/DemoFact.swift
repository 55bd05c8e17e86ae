import Events
import Institution
import JSON
import Time

/// Something that the school's information system reports.
struct DemoFact: Sendable {
    /// What it says.
    var payload: any EventPayload
    /// When it happened.
    var at: Timestamp
    /// Facts of the same group stay in their order; of different groups, in whatever order.
    var group = 0

    /// The fact as it is sent, under a number.
    func received(source: String, number: Int) throws -> ReceivedFact {
        var data = try JSONValue(parsing: payload.dataBytes).object ?? JSONObject()
        if let personal = try payload.personalBytes.map({ try JSONValue(parsing: $0) })?.object {
            for member in personal.members { data[member.name] = member.value }
        }
        return ReceivedFact(
            source: source,
            id: "\(number)",
            type: type(of: payload).type.rawValue,
            time: at,
            data: .object(data)
        )
    }
}

/// Facts that rest on nothing but those of the phases before.
struct DemoPhase: Sendable {
    var facts: [DemoFact]
    /// Whether the facts within it rest on one another, so that their order matters.
    var isOrdered: Bool
}
