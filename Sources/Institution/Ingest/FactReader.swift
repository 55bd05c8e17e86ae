import Events
import JSON
package import Time

/// Makes facts of what was sent: pure, without a look at what is known.
package struct FactReader: Sendable {
    /// How far a sender's clock may be ahead.
    static let clockSkew = Duration.seconds(300)

    private let sender: FactSender
    private let now: Timestamp

    /// A reader of what one sender sent.
    package init(_ sender: FactSender, now: Timestamp) {
        self.sender = sender
        self.now = now
    }

    /// Reads one fact.
    ///
    /// - Throws: what is wrong with it, with pointers into what was sent: `/type`, `/subject`, `/data/studentId` …
    package func read(_ received: ReceivedFact) throws(FactRefusal) -> Fact {
        guard let type = FactType.named(EventType(rawValue: received.type)) else {
            throw FactRefusal(
                .unknownType,
                at: "/type",
                "No events of this type are taken from outside. docs/events-in.md lists those that are."
            )
        }
        let (data, personal) = try documents(of: received, type)
        let payload: any EventPayload
        do throws(EventError) {
            payload = try EventCatalogue.decode(
                type: type.type,
                version: received.schemaVersion ?? type.description.version,
                data: .object(data),
                personal: personal.isEmpty ? nil : .object(personal)
            )
        } catch {
            throw FactRefusal(
                .invalid,
                "The data are not a valid \(type.type).",
                problems: error.problems.map { .init(Self.outside($0.pointer, received), $0.message) }
            )
        }
        if let pointer = FactRules.future(in: payload, now: now, skew: Self.clockSkew) {
            throw FactRefusal(.future, at: pointer, "It lies in the future. Send facts once they have happened.")
        }
        let problems = FactRules.problems(in: payload)
        if !problems.isEmpty {
            throw FactRefusal(.invalid, "The data contradict themselves.", problems: problems)
        }
        let fact = Fact(
            type: type,
            payload: payload,
            data: data,
            id: FactID.make(actor: sender.actor, source: received.source, id: received.id),
            correlationID: received.correlationID ?? sender.correlationID
        )
        try checkSubject(received, data, fact)
        for branch in Set([fact.branch, fact.formerBranch]) where !sender.allows(type.permission, branch) {
            throw FactRefusal(
                .forbidden(permission: type.permission, branch: branch),
                "This needs the permission “\(type.permission)” in branch “\(branch)”."
            )
        }
        return fact
    }

    /// The two documents, with what the envelope says put into the data.
    private func documents(
        of received: ReceivedFact,
        _ type: FactType
    ) throws(FactRefusal) -> (data: JSONObject, personal: JSONObject) {
        guard case .object(let sent) = received.data else {
            throw FactRefusal(.invalid, at: "/data", "An object was expected, not \(received.data.kind).")
        }
        var data = JSONObject()
        var personal = JSONObject()
        for member in sent.members {
            if type.personal.contains(member.name) {
                personal[member.name] = member.value
            } else {
                data[member.name] = member.value
            }
        }
        for name in ["source", "sourceId"] where data[name] != nil {
            throw FactRefusal(.invalid, at: "/data/\(name)", "This is taken from the event's envelope; leave it out.")
        }
        if let branch = received.branch {
            switch data["branchId"] {
            case nil, .string(branch): break
            case .string(let said):
                throw FactRefusal(.invalid, at: "/branch", "The data say another branch, “\(said)”.")
            case let said?:
                throw FactRefusal(.invalid, at: "/data/branchId", "A string was expected, not \(said.kind).")
            }
            data["branchId"] = .string(branch)
        }
        try setTime(received.time, &data)
        data["source"] = .string(received.source)
        data["sourceId"] = .string(received.id)
        return (data, personal)
    }

    private func setTime(_ time: Timestamp?, _ data: inout JSONObject) throws(FactRefusal) {
        let said = data["occurredAt"]?.string.flatMap { Timestamp(rfc3339: $0) }
        if time != nil, data["occurredAt"] != nil, said == nil {
            throw FactRefusal(
                .invalid,
                at: "/data/occurredAt",
                "A date and time like 2026-01-31T08:30:00Z was expected."
            )
        }
        if let time, let said, time != said {
            throw FactRefusal(.invalid, at: "/time", "The data say another time, in occurredAt.")
        }
        if let latest = time ?? said, latest > now + Self.clockSkew {
            throw FactRefusal(
                .future,
                at: time == nil ? "/data/occurredAt" : "/time",
                "It lies in the future. Send facts once they have happened."
            )
        }
        if let time { data["occurredAt"] = .string(time.rfc3339) }
    }

    private func checkSubject(_ received: ReceivedFact, _ data: JSONObject, _ fact: Fact) throws(FactRefusal) {
        guard let subject = received.subject else { return }
        let ids = fact.type.keys.compactMap { data[$0]?.string } + [fact.payload.subject].compactMap { $0 }
        guard !ids.contains(subject), subject != fact.stream else { return }
        throw FactRefusal(
            .invalid,
            at: "/subject",
            "The data are about something else. Leave it out, or name what the event is about: \(ids.joined(separator: ", "))."
        )
    }

    /// Senders know one document, `data`, and the attributes beside it, of which some were put into it.
    private static func outside(_ pointer: String, _ received: ReceivedFact) -> String {
        switch pointer {
        case "/schemaVersion": "/dataschema"
        case "/data/source": "/source"
        case "/data/sourceId": "/id"
        case "/data/branchId" where received.branch != nil && received.data["branchId"] == nil: "/branch"
        case "/data/occurredAt" where received.time != nil && received.data["occurredAt"] == nil: "/time"
        case _ where pointer.hasPrefix("/personal"): "/data" + pointer.dropFirst("/personal".count)
        default: pointer
        }
    }
}
