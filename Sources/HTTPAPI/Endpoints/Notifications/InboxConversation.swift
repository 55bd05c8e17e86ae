import EventStore
import JSON
import Logging
import Notifications
import Synchronization
import WebSockets

/// What is said on the socket of an inbox, subprotocol `daybook.notifications.v1`.
///
/// While nothing is said there is a task that waits for the client, and no more: a socket may be idle for days.
final class InboxConversation: Sendable {
    static let subprotocol = "daybook.notifications.v1"
    /// A single notification goes out as it is: compressing it anew for each of thousands costs more than it saves.
    static let settings = WebSocketSettings(compressedFrom: 4_096)

    private let socket: SocketContext
    private let service: NotificationService
    private let feed: InboxFeed
    private let topics: [any SocketTopic]
    private let joined = Mutex<[String: any SocketSubscription]>([:])

    init(_ socket: SocketContext, _ service: NotificationService, topics: [any SocketTopic] = []) {
        self.socket = socket
        self.service = service
        self.topics = topics
        feed = service.feed(of: socket.actor, to: InboxSocket(socket))
    }

    /// Converses until the socket ends.
    func run(after position: Int64?) async throws {
        defer {
            feed.end()
            for subscription in joined.withLock({ $0.values }) { subscription.end() }
        }
        // The feed holds the session: it is not to hold the feed.
        socket.session.onDetach { [weak feed] in
            WebSocketClose(.tryAgainLater, feed?.position.map { "next=\($0)" } ?? "The client reads too slowly.")
        }
        // What reads and decides has tasks of its own: a task keeps the memory that its deepest call took.
        if let position { try await Task { try await self.follow(after: position) }.value }
        for await message in socket.session.messages {
            try await Task { try await self.take(message) }.value
        }
    }

    /// Tells what came after a position, and from then on whatever comes.
    private func follow(after position: Int64?) async throws {
        guard try await feed.begin(after: position) else {
            throw Problem(.badRequest, "What changes in the inbox is told already.")
        }
    }

    /// Tells of a topic from now on. Before each message it is asked whether the client may still hear anything.
    private func join(_ name: String) throws {
        guard let topic = topics.first(where: { $0.name == name }) else {
            let names = topics.map(\.name).joined(separator: ", ")
            throw Problem(.badRequest, "There is no such topic. There are: \(names).")
        }
        joined.withLock { joined in
            guard joined[name] == nil else { return }
            joined[name] = topic.follow(socket.actor) { [socket] members in
                await socket.recheck()
                let message = Self.message { writer in
                    writer.member("type", name)
                    members(&writer)
                }
                if case .accepted = socket.session.offer(message) { return true } else { return false }
            }
        }
    }

    /// Does what the client wants. Throws what the socket is to be closed with; everything else it is told by a message.
    private func take(_ text: WebSocketMessage) async throws {
        var id: String?
        do {
            let message = try InboxMessage(text, id: &id)
            if case .follow(let position) = message.wish {
                try await follow(after: position)
            } else if case .join(let topic) = message.wish {
                try join(topic)
                try await answer(id, done: nil)
            } else if try await socket.admitsCommand() {
                try await answer(id, done: try await change(message.wish))
            }
        } catch let error as WebSocketSession.Closed {
            throw error
        } catch {
            try await answer(id, refused: error)
        }
    }

    private func change(_ wish: InboxMessage.Wish) async throws -> Receipt? {
        let user = socket.actor
        let actor = Author(socket.request)
        switch wish {
        case .mark(let mark):
            return try await service.owned(mark.notificationIDs, by: user, socket.request) {
                try await service.mark(mark.notificationIDs, mark.change, for: user, by: actor)
            }
        case .readAll: return try await service.markAllAsRead(user, by: actor)
        case .received(let ids, let device):
            return try await service.owned(ids, by: user, socket.request) {
                try await service.trackNotificationDelivery(ids, to: user, by: .inApp, device: device, by: actor)
            }
        case .follow, .join: return nil
        }
    }

    // MARK: Answers

    private func answer(_ id: String?, done receipt: Receipt?) async throws {
        let position = receipt?.events.last?.position
        if let position { socket.services.witness?(position) }
        try await send { writer in
            writer.member("type", "done")
            if let id { writer.member("id", id) }
            if let position { writer.member("position", position) }
        }
    }

    private func answer(_ id: String?, refused error: any Error) async throws {
        let problem = Problem(hearing: error)
        if problem.kind == .internalError {
            socket.request.logger.error(
                "What a socket asked for failed",
                metadata: ["error": "\(LogText(String(describing: error), limit: 2_000))"]
            )
        }
        try await send { writer in
            writer.member("type", "problem")
            if let id { writer.member("id", id) }
            writer.name("problem")
            problem.write(to: &writer, traceID: socket.request.correlationID)
        }
    }

    private func send(_ members: (inout JSONWriter) -> Void) async throws {
        try await socket.session.send(Self.message(members))
    }

    private static func message(_ members: (inout JSONWriter) -> Void) -> WebSocketOutgoing {
        var writer = JSONWriter()
        writer.object { members(&$0) }
        return WebSocketOutgoing(.text(writer.text), compressedFrom: nil)
    }
}

/// Where the updates of an inbox go that are told on a socket.
struct InboxSocket: InboxReceiver {
    private let socket: SocketContext

    init(_ socket: SocketContext) { self.socket = socket }

    func offer(_ update: InboxUpdate) -> Bool {
        if case .accepted = socket.session.offer(message(update)) { true } else { false }
    }

    func send(_ update: InboxUpdate) async throws {
        // After it was read: what was recorded after a revocation is for nobody whom that concerns.
        guard try await socket.mayStay() else { throw WebSocketSession.Closed() }
        try await socket.session.send(message(update))
    }

    func beat() async { await socket.recheck(isToleratingDoubt: true) }

    func recheck() async { await socket.recheck() }

    func fail(_ error: any Error) { socket.session.close(WebSocketClose(refusing: error)) }

    func finish() { socket.session.closeForShutdown() }

    private func message(_ update: InboxUpdate) -> WebSocketOutgoing {
        var writer = JSONWriter(reservingCapacity: 768)
        writer.object { writer in
            writer.member("type", "notifications")
            update.writeMembers(to: &writer)
        }
        let compressedFrom = socket.session.allowsDeflate ? InboxConversation.settings.compressedFrom : nil
        return WebSocketOutgoing(.text(writer.text), compressedFrom: compressedFrom)
    }
}
