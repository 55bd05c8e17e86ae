import Hummingbird
import NIOCore
import NIOHTTP1

/// Keeps a connection from waiting for ever, whatever its client does.
///
/// - A request that asks for an upgrade is answered as if it did not, and the connection closed: the parser reads nothing
///   after such a request, so that the next one would never be answered.
///   So is one for a WebSocket that is refused. One that is answered with 101 leaves the connection to its session, and the
///   guard goes with the other handlers of HTTP.
/// - Requests of HTTP/1.0 without keep-alive are answered with a close, for which their clients wait.
/// - A request that is not HTTP, or whose fields are too large, is answered with a problem, and closed.
/// - A body that does not arrive, an answer that is not read, and a client that stays at shutdown meet a deadline.
/// - Closing is in two steps, so that a client that still sends can read the answer before the connection is reset.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// How long a client may take to close its side after the answer.
    private static let linger = TimeAmount.seconds(2)

    private let settings: ServerSettings
    private let maximumBodyBytes: Int
    private var requestsOpen = 0
    private var isReadingRequest = false
    private var isWritingResponse = false
    /// How many answers are still due before the connection is closed: requests may arrive before those before them are answered.
    private var answersUntilClose: Int?
    private var isClosing = false
    private var requestDeadline: Scheduled<Void>?
    private var responseDeadline: Scheduled<Void>?
    private var shutdownDeadline: Scheduled<Void>?
    /// The answer was 101: the connection is about to be taken over.
    private(set) var isSwitching = false
    /// The server was asked to stop.
    private(set) var isShuttingDown = false

    /// - Parameter maximumBodyBytes: the length of the longest body that any endpoint takes.
    init(_ settings: ServerSettings, maximumBodyBytes: Int) {
        self.settings = settings
        self.maximumBodyBytes = maximumBodyBytes
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        switch unwrapInboundIn(data) {
        case .head(var head):
            let fields = NotableFields(head.headers)
            guard fields.hosts == 1 || head.version == .http1_0 || requestsOpen > 0 else {
                refuse(Problem(.badRequest, "A request has one Host field (RFC 9112, section 3.2)."), context)
                return
            }
            isReadingRequest = true
            requestsOpen += 1
            if fields.hasUpgrade || !head.isKeepAlive { answersUntilClose = answersUntilClose ?? requestsOpen }
            if fields.hasExpect, requestsOpen == 1 { answerExpectation(of: head, context) }
            if fields.hasUpgrade, head.version == .http1_0 {
                // RFC 9110, section 7.8.
                head.headers.remove(name: "upgrade")
                context.fireChannelRead(wrapInboundOut(.head(head)))
                return
            }
        case .body:
            break
        case .end:
            isReadingRequest = false
            requestDeadline?.cancel()
            requestDeadline = nil
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Most requests arrive in one piece and never need the timer.
        if isReadingRequest, !isClosing, requestDeadline == nil {
            requestDeadline = schedule(after: .init(settings.requestTimeout), context) { [self] in
                refuse(Problem(.requestTimeout, "The body did not arrive in time."), context)
            }
        }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            isWritingResponse = true
            if head.status == .switchingProtocols {
                isSwitching = true
                context.write(data, promise: promise)
                return
            }
            if answersUntilClose == 1 {
                head.headers.replaceOrAdd(name: "connection", value: "close")
                context.write(wrapOutboundOut(.head(head)), promise: promise)
                return
            }
            if head.headers.first(name: "connection") == "close" { answersUntilClose = 1 }
            context.write(data, promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            isWritingResponse = false
            requestsOpen -= 1
            context.write(data, promise: promise)
            answersUntilClose = answersUntilClose.map { $0 - 1 }
            if answersUntilClose == 0 { close(context) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // With answers still due for earlier requests, one to this would be taken for theirs.
        let isForThisRequest = requestsOpen == 0 || (requestsOpen == 1 && isReadingRequest && !isWritingResponse)
        guard !isClosing, isForThisRequest, let error = error as? HTTPParserError else {
            if !isClosing { context.fireErrorCaught(error) }
            return
        }
        switch error {
        case .headerOverflow:
            refuse(
                Problem(.fieldsTooLarge, "The header fields may have \(settings.maximumHeaderBytes) bytes and be 100."),
                context
            )
        default:
            refuse(Problem(.badRequest, "What arrived is not a request as RFC 9112 describes them."), context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        responseDeadline?.cancel()
        responseDeadline = nil
        if !context.channel.isWritable {
            responseDeadline = schedule(after: .init(settings.responseTimeout), context) { context.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            isShuttingDown = true
            shutdownDeadline = schedule(after: .init(settings.shutdownGrace), context) { context.close(promise: nil) }
        case ChannelEvent.inputClosed where isClosing:
            context.close(promise: nil)
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        isClosing = true
        requestDeadline?.cancel()
        responseDeadline?.cancel()
        shutdownDeadline?.cancel()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosing = true
        requestDeadline?.cancel()
        responseDeadline?.cancel()
        context.fireChannelInactive()
    }

    /// `100 Continue`, unless the body is too large to be taken anywhere.
    private func answerExpectation(of head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard head.headers.first(name: "expect")?.lowercased() == "100-continue", head.version != .http1_0,
            head.headers.first(name: "content-length").flatMap({ Int($0) }) ?? 0 <= maximumBodyBytes
        else { return }
        context.writeAndFlush(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))),
            promise: nil
        )
    }

    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        guard !isClosing else { return }
        guard !isWritingResponse else {
            context.close(promise: nil)
            return
        }
        let reply = problem.reply(traceID: TraceContext(traceparent: nil).traceID)
        let bytes = if case .bytes(let bytes) = reply.body { bytes } else { [UInt8]() }
        var head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: reply.status.code))
        head.headers.add(name: "Content-Type", value: MediaType.problem.contentType)
        head.headers.add(name: "Content-Length", value: String(bytes.count))
        head.headers.add(name: "Cache-Control", value: "no-store")
        head.headers.add(name: "X-Content-Type-Options", value: "nosniff")
        head.headers.add(name: "Connection", value: "close")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        close(context)
    }

    private func close(_ context: ChannelHandlerContext) {
        isClosing = true
        requestDeadline?.cancel()
        context.flush()
        context.close(mode: .output, promise: nil)
        _ = schedule(after: Self.linger, context) { context.close(promise: nil) }
    }

    private func schedule(
        after delay: TimeAmount,
        _ context: ChannelHandlerContext,
        _ task: @escaping () -> Void
    ) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: delay, task)
    }
}

/// What the guard looks at, found in one pass.
private struct NotableFields {
    private(set) var hosts = 0
    private(set) var hasUpgrade = false
    private(set) var hasExpect = false

    init(_ headers: HTTPHeaders) {
        for (name, _) in headers {
            switch name.utf8.count {
            case 4 where name.lowercased() == "host": hosts += 1
            case 6 where name.lowercased() == "expect": hasExpect = true
            case 7 where name.lowercased() == "upgrade": hasUpgrade = true
            default: break
            }
        }
    }
}
