import EventStore
import Events
import JSON
import Time

/// What events of the log mean for the inboxes of those who are connected.
///
/// What arrived is taken from the events themselves: read models take a moment longer. How many are unread they alone know.
struct InboxNews {
    /// What arrived, by user, oldest first.
    private(set) var items: [String: [InboxItem]] = [:]
    /// Whose inboxes changed.
    private(set) var changed: Set<String> = []

    static let types: Set<EventType> = [
        Notifications.Sent.type, Notifications.Addressed.type, Notifications.InboxChanged.type,
        Notifications.InboxRead.type,
    ]

    /// - Parameters:
    ///   - isConnected: whether a user is to be told anything.
    ///   - sent: finds the event `notifications.sent` of a notification where it is not among the events.
    init(
        _ events: [RecordedEvent],
        now: Timestamp,
        isConnected: (String) -> Bool,
        sent find: (String) async throws -> RecordedEvent?
    ) async throws {
        var sent: [String: Content] = [:]
        for event in events {
            switch event.type {
            case Notifications.Sent.type:
                let content = try Content(event)
                sent[content.event.notificationID] = content
            case Notifications.Addressed.type:
                let addressed = try event.decode(Notifications.Addressed.self)
                let users = addressed.userIDs.filter(isConnected)
                guard !users.isEmpty else { continue }
                let id = addressed.notificationID
                if sent[id] == nil, let found = try await find(id) { sent[id] = try Content(found) }
                changed.formUnion(users)
                guard let content = sent[id], content.event.expiresAt.map({ $0 > now }) ?? true else { continue }
                for user in users { items[user, default: []].append(content.item(for: user, event.header)) }
            case Notifications.InboxChanged.type:
                changed.insert(try event.decode(Notifications.InboxChanged.self).userID)
            case Notifications.InboxRead.type:
                changed.insert(try event.decode(Notifications.InboxRead.self).userID)
            default: break
            }
        }
        changed = changed.filter(isConnected)
    }

    /// What a notification says.
    private struct Content {
        let event: Notifications.Sent
        private let sender: String
        private let actions: [UInt8]?
        private let payload: [UInt8]?

        init(_ recorded: RecordedEvent) throws {
            event = try recorded.decode(Notifications.Sent.self)
            sender = recorded.header.actor
            // As it stands in the log, like the read model has it.
            actions = try recorded.personal.flatMap { try JSONValue(parsing: $0)["actions"] }.map { value in
                var writer = JSONWriter()
                writer.value(value)
                return writer.bytes
            }
            payload = event.payload.map { Array($0.utf8) }
        }

        func item(for user: String, _ addressed: EventHeader) -> InboxItem {
            InboxItem(
                id: event.notificationID,
                userID: user,
                branchID: event.branchID,
                category: event.category,
                priority: event.priority.rawValue,
                title: event.headline,
                text: event.text,
                locale: event.locale,
                link: event.link,
                image: event.image,
                actions: actions,
                payload: payload,
                sender: sender,
                expiresAt: event.expiresAt,
                position: addressed.position,
                arrivedAt: addressed.recordedAt,
                readAt: nil,
                isArchived: false
            )
        }
    }
}
