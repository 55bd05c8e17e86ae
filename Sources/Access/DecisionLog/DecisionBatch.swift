import EventStore
import Events
import JSON
import Time

/// Decisions on their way into one event.
struct DecisionBatch {
    /// What the decisions of one event, and their names, may take together; the schema allows no more than 1 MiB each.
    private static let byteLimit = 900_000
    /// What a name may be, by the schema.
    private static let rule = StringRule(1...200, .line)
    /// What stands for a name that is none: decisions are made about whatever a client sends.
    static let unreadable = "(not a name)"
    /// The bounds of the schema, less what one decision may add.
    private static let userLimit = 19_998
    private static let nameLimit = 9_999

    private var decisions = JSONWriter(reservingCapacity: 65_536)
    private var users = Names()
    private var permissions = Names()
    private var branches = Names()
    private var verdicts = Names()
    private let from: Timestamp
    private var to: Timestamp
    private(set) var count = 0
    private var refused = 0

    /// Names, each with its index.
    private struct Names {
        private(set) var list: [String] = []
        private(set) var bytes = 0
        private var indices: [ExactKey: Int] = [:]

        mutating func index(of name: String) -> Int {
            if let known = indices[ExactKey(name)] { return known }
            guard DecisionBatch.rule.problem(in: name) == nil else { return index(of: DecisionBatch.unreadable) }
            indices[ExactKey(name)] = list.count
            list.append(name)
            bytes += name.utf8.count
            return list.count - 1
        }
    }

    /// - Parameter from: no decision was made before.
    init(from: Timestamp) {
        self.from = from
        to = from
        decisions.beginArray()
    }

    var isFull: Bool {
        decisions.bytes.count + users.bytes + permissions.bytes + branches.bytes >= Self.byteLimit
            || users.list.count >= Self.userLimit
            || permissions.list.count >= Self.nameLimit || branches.list.count >= Self.nameLimit
    }

    mutating func append(_ decision: Decision) {
        count += 1
        to = max(to, decision.at)
        if !decision.verdict.isAllowed { refused += 1 }
        decisions.beginArray()
        decisions.value(max(0, decision.at.microseconds - from.microseconds))
        decisions.value(decision.kind.rawValue)
        decisions.value(users.index(of: decision.asker))
        decisions.value(users.index(of: decision.userID))
        decisions.value(permissions.index(of: decision.permission))
        switch decision.scope {
        case .institution: decisions.value(-1)
        case .anywhere: decisions.value(-2)
        case .branch(let name): decisions.value(branches.index(of: name))
        }
        decisions.value(verdicts.index(of: decision.verdict.reason))
        decisions.value(decision.size)
        if let trace = decision.traceID { decisions.value(trace) } else { decisions.null() }
        decisions.endArray()
    }

    /// The event, which may be appended again. Its document is written as it goes; `DecisionLogTests` holds it against the schema.
    ///
    /// - Parameter lost: how many decisions before these could not be recorded.
    func event(node: String, lost: Int64) -> NewEvent {
        var json = JSONWriter(reservingCapacity: decisions.bytes.count + 4_096)
        json.object { json in
            json.member("node", node)
            json.member("from", from)
            json.member("to", to)
            json.member("count", count)
            json.member("refused", refused)
            if lost > 0 { json.member("lost", lost) }
            json.member("users", users.list)
            json.member("permissions", permissions.list)
            json.member("branches", branches.list)
            json.member("verdicts", verdicts.list)
            json.name("decisions")
            json.value(rawJSON: decisions.bytes + [UInt8(ascii: "]")])
        }
        return NewEvent(
            type: RBAC.DecisionsRecorded.type,
            schemaVersion: RBAC.DecisionsRecorded.schemaVersion,
            data: json.bytes,
            personal: nil,
            id: UUIDv7.generate()
        )
    }
}
