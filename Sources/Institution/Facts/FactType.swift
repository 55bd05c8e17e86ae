package import Events
import JSON

/// A type of event that other systems may send: what it is about, when it can be said, and what it names.
///
/// This is the closed list of what comes in; every other type of event is made by Daybook itself.
package struct FactType: Sendable {
    /// The event's type.
    package let type: EventType
    /// The event as its schema describes it.
    package let description: EventDescription
    /// What the fact is about.
    package let thing: Thing
    /// How the thing has to stand for the fact to be believed.
    let from: Set<Standing>
    /// How it stands afterwards.
    let to: Standing
    /// The fields that name the thing, in the order of its stream's name.
    let keys: [String]
    /// Whether nobody else may have said something of the thing meanwhile.
    let isOrdered: Bool
    /// The field with the branch that the thing belongs to before the fact.
    let branchField: String
    /// What else it names.
    let references: [FactReference]
    /// The fields that are kept in the personal document.
    let personal: Set<String>

    /// What sending it takes: one permission for each type, so that a token can be held to one.
    package var permission: String { "events.\(type.rawValue):write" }

    /// Whether it could make an accepted fact one that would be refused, other than by that one's own stream.
    var unsettles: Bool { Self.unsettling.contains(type) }

    /// The types that do.
    static let unsettling: Set<EventType> = [Institution.BranchClosed.type, Institution.CourseClosed.type]

    /// Whether it gives back of what the thing's stream says was charged or paid.
    var givesBack: Bool { Self.givingBack.contains(type) }

    private static let givingBack: Set<EventType> = [Institution.FeeWaived.type, Institution.PaymentRefunded.type]

    /// Whether it is the first that is said of a thing.
    var begins: Bool { from.contains(.absent) }

    init<Payload: EventPayload>(
        _ payload: Payload.Type,
        _ thing: Thing,
        _ keys: [String],
        from: Set<Standing>,
        to: Standing = .active,
        isOrdered: Bool = true,
        branchField: String = "branchId",
        _ references: FactReference...
    ) {
        type = Payload.type
        description = Payload.description
        self.thing = thing
        self.keys = keys
        self.from = from
        self.to = to
        self.isOrdered = isOrdered
        self.branchField = branchField
        self.references = references
        personal = Set(Payload.description.personal.map(\.name))
    }

    /// The stream of the thing that a fact of these data is about.
    func stream(of data: JSONObject) -> String {
        thing.stream(
            keys.compactMap { key in
                switch data[key] {
                case .string(let text): text
                case .number(let number): number.text
                default: nil
                }
            }
        )
    }
}

extension FactType {
    /// All of them, by area.
    package static let all: [FactType] = people + leave + teaching + coursework + finance

    private static let byType = Dictionary(all.map { ($0.type, $0) }, uniquingKeysWith: { first, _ in first })

    /// The type of that name; nil for one that does not come from outside.
    package static func named(_ type: EventType) -> FactType? { byType[type] }
}
