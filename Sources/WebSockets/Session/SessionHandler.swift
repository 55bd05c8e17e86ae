import NIOCore
import NIOWebSocket

/// The session's part on the event loop: reads frames, writes frames, pings, and closes, as the rules have it.
///
/// Stands where the HTTP handlers stood. What comes from behind it, which still speaks HTTP, does not pass.
final class SessionHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case open
        /// A close was sent, and the client's is awaited.
        case closing
        /// Nothing that comes is looked at any more; the connection ends as soon as the last bytes are out.
        case over
    }

    private let settings: WebSocketSettings
    private var reader: FrameReader
    private var session: WebSocketSession?
    private var context: ChannelHandlerContext?
    private var phase = Phase.open
    private var end = WebSocketEnd.brokenOff
    /// Frames that were read before the owner of the session had room for them.
    private var pending: [WebSocketFrame] = []
    private var isHeldBack = false
    /// Whether nobody behind speaks HTTP any more.
    private var isReleased = false
    private var owedPong: ByteBuffer?
    private var awaitedPong: ByteBuffer?
    /// How far the connection was when it was pinged last, if something waited for it.
    private var progressAtPing: Int?
    private var keepalive: Scheduled<Void>?
    private var deadline: Scheduled<Void>?

    init(_ settings: WebSocketSettings, allowsDeflate: Bool) {
        self.settings = settings
        reader = FrameReader(settings, allowsDeflate: allowsDeflate, now: .now())
    }

    /// The session that it carries; before it is put into the pipeline.
    func begin(_ session: WebSocketSession) { self.session = session }

    // MARK: Called by the session, on the event loop

    /// Writes what waits in the outbox.
    func writeOutbox() {
        guard let context, let session, phase == .open else { return }
        flushOutbox(session, context)
    }

    private func flushOutbox(_ session: WebSocketSession, _ context: ChannelHandlerContext) {
        let frames = session.outbox.withLock { $0.take() }
        guard let last = frames.last else { return }
        for frame in frames.dropLast() { context.write(wrapOutboundOut(frame), promise: nil) }
        let bytes = frames.reduce(0) { $0 + $1.readableBytes }
        let count = frames.count
        context.writeAndFlush(wrapOutboundOut(last)).whenComplete { _ in session.written(bytes: bytes, messages: count)
        }
    }

    /// The owner has room again.
    func resumeReading() {
        guard isHeldBack, let context else { return }
        isHeldBack = false
        readPending(context)
        if !isHeldBack { context.read() }
    }

    /// Begins the closing handshake.
    func close(_ close: WebSocketClose) {
        guard phase == .open, let context, let session else { return }
        phase = .closing
        end = WebSocketEnd(close: close, initiator: .server, isClean: false)
        session.stopSending()
        flushOutbox(session, context)
        context.writeAndFlush(wrapOutboundOut(FrameEncoding.frame(.connectionClose, close.payload)), promise: nil)
        session.messages.finish()
        // The client's close has to be seen, whatever the owner does.
        letGo(context)
        endAfter(settings.closeTimeout, context)
    }

    /// Closes as the client is too slow.
    func detach() {
        guard phase == .open, let session else { return }
        close(session.closeForDetachment())
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase != .over else { return }
        let frame = unwrapInboundIn(data)
        if isHeldBack { pending.append(frame) } else { take(frame, context) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // The handler behind knows nothing of this conversation; it may have asked for no more.
        if !isHeldBack { context.read() }
    }

    func read(context: ChannelHandlerContext) {
        if !isHeldBack { context.read() }
    }

    private func readPending(_ context: ChannelHandlerContext) {
        var index = 0
        while index < pending.count, !isHeldBack, phase != .over {
            take(pending[index], context)
            index += 1
        }
        pending.removeFirst(index)
        if pending.isEmpty { pending = [] }
    }

    /// Reads on although the owner has no room: what comes is not for it any more.
    private func letGo(_ context: ChannelHandlerContext) {
        guard isHeldBack else { return }
        isHeldBack = false
        readPending(context)
        context.read()
    }

    private func take(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        switch reader.read(frame, now: .now()) {
        case .nothing: break
        case .message(let message):
            if phase == .open, let session { isHeldBack = !session.messages.push(message) }
        case .ping(let data):
            owedPong = data
            payPong(context)
        case .pong(let data):
            if data == awaitedPong { awaitedPong = nil }
        case .close(let close): answer(close, context)
        case .failure(let close): fail(close, context)
        }
    }

    /// Only the latest ping is owed an answer (RFC 6455, section 5.5.3): a client that sends pings and reads nothing fills no
    /// memory.
    private func payPong(_ context: ChannelHandlerContext) {
        guard phase == .open, let data = owedPong, context.channel.isWritable else { return }
        owedPong = nil
        context.writeAndFlush(wrapOutboundOut(FrameEncoding.frame(.pong, data)), promise: nil)
    }

    // MARK: Ending

    private func answer(_ close: WebSocketClose, _ context: ChannelHandlerContext) {
        if phase == .open {
            session?.stopSending()
            end = WebSocketEnd(close: close, initiator: .client, isClean: true)
            context.write(
                wrapOutboundOut(FrameEncoding.frame(.connectionClose, WebSocketClose(close.code).payload)),
                promise: nil
            )
        } else {
            end = WebSocketEnd(close: end.close, initiator: end.initiator, isClean: true)
        }
        finish(context)
    }

    private func fail(_ close: WebSocketClose, _ context: ChannelHandlerContext) {
        guard phase != .over else { return }
        if phase == .open {
            end = WebSocketEnd(close: close, initiator: .server, isClean: false)
            session?.stopSending()
            context.write(wrapOutboundOut(FrameEncoding.frame(.connectionClose, close.payload)), promise: nil)
        }
        finish(context)
    }

    /// Closes our side and waits for the client's, so that it can read the close before the connection is reset.
    private func finish(_ context: ChannelHandlerContext) {
        phase = .over
        pending = []
        isHeldBack = false
        keepalive?.cancel()
        session?.messages.finish()
        context.flush()
        context.close(mode: .output, promise: nil)
        context.read()
        endAfter(settings.closeTimeout, context)
    }

    private func endAfter(_ delay: Duration, _ context: ChannelHandlerContext) {
        guard deadline == nil else { return }
        deadline = schedule(.init(delay), context) { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength:
            fail(WebSocketViolation.tooLarge(settings.maximumMessageBytes).close, context)
        case is NIOWebSocketError:
            fail(WebSocketClose(.protocolError, "A control frame is whole and has at most 125 bytes."), context)
        default: context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: close(.shuttingDown)
        case ChannelEvent.inputClosed: context.close(promise: nil)
        default: break
        }
    }

    // MARK: Keeping alive

    private func scheduleKeepalive(_ delay: TimeAmount, _ context: ChannelHandlerContext) {
        keepalive = schedule(delay, context) { [self] in tick(context) }
    }

    private func tick(_ context: ChannelHandlerContext) {
        guard phase == .open else { return }
        if awaitedPong != nil, !isHeldBack || isStuck {
            // Behind what it has not read, a client does not see the ping either.
            if let session, session.backlog.messages > 0 {
                detach()
            } else {
                close(WebSocketClose(.noPong, "No pong came in time."))
            }
        } else if awaitedPong != nil || keepaliveIsDue {
            keepaliveIsDue = false
            // Random: who has not read it cannot answer it.
            let data = ByteBuffer(integer: UInt64.random(in: .min ... .max))
            awaitedPong = data
            progressAtPing = session?.progress
            context.writeAndFlush(wrapOutboundOut(FrameEncoding.frame(.ping, data)), promise: nil)
            scheduleKeepalive(.init(settings.pongTimeout), context)
        } else {
            keepaliveIsDue = true
            let rest = spread(settings.pingInterval).nanoseconds - TimeAmount(settings.pongTimeout).nanoseconds
            scheduleKeepalive(.nanoseconds(max(1, rest)), context)
        }
    }

    /// Whether the client has taken nothing since the ping of what waited then. Where it is held back its pong may not have
    /// been read; but whoever sends and reads nothing would be held back for ever.
    private var isStuck: Bool { progressAtPing != nil && session?.progress == progressAtPing }

    /// Whether the next tick pings, rather than waits for an answer.
    private var keepaliveIsDue = true

    private func spread(_ interval: Duration) -> TimeAmount {
        let nanoseconds = TimeAmount(interval).nanoseconds
        return .nanoseconds(nanoseconds - Int64.random(in: 0...max(0, nanoseconds / 10)))
    }

    private func schedule(
        _ delay: TimeAmount,
        _ context: ChannelHandlerContext,
        _ task: @escaping () -> Void
    ) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: delay, task)
    }

    // MARK: The pipeline

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        scheduleKeepalive(spread(settings.pingInterval), context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        keepalive?.cancel()
        deadline?.cancel()
        self.context = nil
        session?.finish(end)
        session = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        phase = .over
        session?.finish(end)
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        payPong(context)
        context.fireChannelWritabilityChanged()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        promise?.succeed()
    }

    /// Those who spoke HTTP close the connection when they are done with it; that is not the end of the session.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if isReleased { context.close(promise: promise) } else { promise?.succeed() }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        if event is WebSocketSession.Released { isReleased = true }
        promise?.succeed()
    }
}

extension WebSocketClose {
    static let shuttingDown = WebSocketClose(.goingAway, "The server is shutting down.")
}
