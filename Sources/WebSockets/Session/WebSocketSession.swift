import NIOCore
import NIOWebSocket
import Synchronization

/// A conversation over a WebSocket, from the upgrade to the end of the connection.
///
/// Pings, pongs, the closing handshake and all limits are taken care of underneath. What remains for the owner:
///
///     for await message in session.messages { … }        // ends with the session
///     session.offer(.init(.text(json)))                  // never waits; a client that is too slow is detached
///     try await session.send(.init(.text(json)))         // waits for the client: for what it has to catch up with
///     session.close(WebSocketClose(.normal))
///
/// May be used from anywhere. Messages arrive in the order in which they were offered.
package final class WebSocketSession: Sendable {
    /// What became of a message that was offered.
    package enum Offer: Sendable, Hashable {
        /// It is on its way; so much is now under way altogether.
        case accepted(bytes: Int, messages: Int)
        /// The client reads too slowly. The message was not taken, and the session is being closed: what was accepted before
        /// still goes out ahead of the close, if the client reads it in time.
        case detached
        /// The session is over, or about to be.
        case closed
    }

    /// The session is over.
    package struct Closed: Error, Sendable {
        /// The error.
        package init() {}
    }

    /// What the client sends.
    package let messages: WebSocketMessages
    /// The subprotocol agreed upon.
    package let subprotocol: String?
    /// Whether compressed messages may be sent.
    package let allowsDeflate: Bool

    let settings: WebSocketSettings
    let outbox: Mutex<Outbox>
    private let eventLoop: any EventLoop
    private let handler: NIOLoopBound<SessionHandler>
    private let detachment = Mutex<@Sendable () -> WebSocketClose>({
        WebSocketClose(.tryAgainLater, "The client reads too slowly.")
    })
    private let ending: EventLoopPromise<WebSocketEnd>

    /// Made on the event loop of its handler.
    init(
        _ settings: WebSocketSettings,
        subprotocol: String?,
        allowsDeflate: Bool,
        handler: SessionHandler,
        eventLoop: any EventLoop
    ) {
        let handler = NIOLoopBound(handler, eventLoop: eventLoop)
        self.settings = settings
        self.subprotocol = subprotocol
        self.allowsDeflate = allowsDeflate
        self.eventLoop = eventLoop
        self.handler = handler
        messages = WebSocketMessages(
            maximumMessages: settings.inboxMessages,
            maximumBytes: settings.maximumMessageBytes
        ) {
            eventLoop.execute { handler.value.resumeReading() }
        }
        outbox = Mutex(Outbox(maximumBytes: settings.outgoingBytes, maximumMessages: settings.outgoingMessages))
        ending = eventLoop.makePromise()
    }

    /// Sends a message if the client keeps up, else detaches it. Does not wait.
    @discardableResult
    package func offer(_ message: WebSocketOutgoing) -> Offer {
        let (offer, wakes) = enqueue(message)
        if wakes { eventLoop.execute { [handler] in handler.value.writeOutbox() } }
        return offer
    }

    /// Sends a message when the client has read enough of what came before it, though it is longer than what is left of the bound.
    ///
    /// A client that does not read at all is detached when it does not answer a ping in time, or takes nothing in that time.
    package func send(_ message: WebSocketOutgoing) async throws {
        while await waitForRoom() {
            switch offerIfRoom(message) {
            case .accepted: return
            case .closed: throw Closed()
            // Somebody else was quicker.
            case .detached: continue
            }
        }
        try Task.checkCancellation()
        throw Closed()
    }

    /// Sends one message to many sessions, with one visit to each event loop. Gives those that it detached.
    @discardableResult
    package static func broadcast(_ message: WebSocketOutgoing, to sessions: [WebSocketSession]) -> [WebSocketSession] {
        var detached: [WebSocketSession] = []
        var loops: [ObjectIdentifier: (loop: any EventLoop, handlers: [NIOLoopBound<SessionHandler>])] = [:]
        for session in sessions {
            let (offer, wakes) = session.enqueue(message)
            if offer == .detached { detached.append(session) }
            if wakes {
                loops[ObjectIdentifier(session.eventLoop), default: (session.eventLoop, [])].handlers
                    .append(session.handler)
            }
        }
        for (loop, handlers) in loops.values {
            loop.execute { for handler in handlers { handler.value.writeOutbox() } }
        }
        return detached
    }

    /// What is on its way to the client.
    package var backlog: (bytes: Int, messages: Int) { outbox.withLock { ($0.bytes, $0.messages) } }

    /// How often the connection has taken something; nil where nothing waits for that.
    var progress: Int? { outbox.withLock { $0.messages > 0 ? $0.takings : nil } }

    /// Begins to close. What was accepted before still goes out, and nothing is from now on. The first close counts; further
    /// ones do nothing.
    package func close(_ close: WebSocketClose) {
        stopSending()
        eventLoop.execute { [handler] in handler.value.close(close) }
    }

    /// Names what a client is told that is detached as it reads too slowly: where it is to go on when it comes back. Called
    /// once at most, when it happens, on the event loop: answer from memory.
    package func onDetach(_ close: @escaping @Sendable () -> WebSocketClose) {
        detachment.withLock { $0 = close }
    }

    /// How the session ended; waits until the connection is closed.
    package var end: WebSocketEnd {
        get async { (try? await ending.futureResult.get()) ?? .brokenOff }
    }

    /// Calls when the session has ended.
    package func whenEnded(_ action: @escaping @Sendable (WebSocketEnd) -> Void) {
        ending.futureResult.whenSuccess(action)
    }

    private func enqueue(_ message: WebSocketOutgoing) -> (Offer, wakes: Bool) {
        let frame = message.frame(allowsDeflate: allowsDeflate)
        let (verdict, bytes, messages) = outbox.withLock { ($0.offer(frame), $0.bytes, $0.messages) }
        switch verdict {
        case .accepted(let wakes): return (.accepted(bytes: bytes, messages: messages), wakes)
        case .closed: return (.closed, false)
        case .full:
            eventLoop.execute { [handler] in handler.value.detach() }
            return (.detached, false)
        }
    }

    private func offerIfRoom(_ message: WebSocketOutgoing) -> Offer {
        let frame = message.frame(allowsDeflate: allowsDeflate)
        let (verdict, bytes, messages) = outbox.withLock { ($0.offerWaited(frame), $0.bytes, $0.messages) }
        switch verdict {
        case .accepted(let wakes):
            if wakes { eventLoop.execute { [handler] in handler.value.writeOutbox() } }
            return .accepted(bytes: bytes, messages: messages)
        case .closed: return .closed
        case .full: return .detached
        }
    }

    /// Whether there is room; false when the session is over or the task is cancelled.
    private func waitForRoom() async -> Bool {
        let waiter = Mutex<Int?>(nil)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let id = outbox.withLock { outbox -> Int? in
                    let id = Task.isCancelled ? nil : outbox.wait(continuation)
                    waiter.withLock { $0 = id }
                    return id
                }
                if id == nil {
                    continuation.resume(returning: !Task.isCancelled && !outbox.withLock { $0.isClosed })
                }
            }
        } onCancel: {
            outbox.withLock { outbox in waiter.withLock { $0 }.flatMap { outbox.removeWaiter($0) } }?
                .resume(returning: false)
        }
    }

    func closeForDetachment() -> WebSocketClose { detachment.withLock { $0 }() }

    /// The connection has taken so much of what was sent.
    func written(bytes: Int, messages: Int) {
        for waiter in outbox.withLock({ $0.written(bytes: bytes, messages: messages) }) {
            waiter.resume(returning: true)
        }
    }

    /// Nothing more can be sent.
    func stopSending() {
        for waiter in outbox.withLock({ $0.close() }) { waiter.resume(returning: false) }
    }

    /// The connection is closed.
    func finish(_ end: WebSocketEnd) {
        stopSending()
        messages.finish()
        ending.succeed(end)
    }
}

extension WebSocketEnd {
    static let brokenOff = WebSocketEnd(close: WebSocketClose(.brokenOff), initiator: .nobody, isClean: false)
}
