import Logging
import NIOCore
import WebSockets

/// A socket from its upgrade to its end.
struct SocketRun: Sendable {
    private let upgrade: SocketUpgrade
    private let request: RequestContext
    private let handshake: SocketHandshake
    private let entry: SocketCensus.Entry
    private let waits: Bool
    private let conversation: WebSocketEndpoint.Conversation

    init(
        _ upgrade: SocketUpgrade,
        _ request: RequestContext,
        _ handshake: SocketHandshake,
        _ entry: SocketCensus.Entry,
        waits: Bool,
        _ conversation: @escaping WebSocketEndpoint.Conversation
    ) {
        self.upgrade = upgrade
        self.request = request
        self.handshake = handshake
        self.entry = entry
        self.waits = waits
        self.conversation = conversation
    }

    private var door: SocketDoor { upgrade.door }

    /// Takes the connection over and converses until it is closed.
    func run(on channel: any Channel) async {
        var entry = entry
        defer { door.census.leave(entry) }
        let session: WebSocketSession
        do {
            session = try await ConnectionTakeover.begin(on: channel, upgrade.settings, handshake)
        } catch {
            request.logger.debug("A connection ended before its upgrade", metadata: ["error": "\(error)"])
            try? await channel.close()
            return
        }
        if let socket = await admit(session, &entry) { await converse(socket) }
        _ = await session.end
    }

    /// The socket, once somebody has signed in; nil when it was closed instead.
    private func admit(_ session: WebSocketSession, _ entry: inout SocketCensus.Entry) async -> SocketContext? {
        guard waits else {
            return SocketContext(session, request, admission: admission(handshake.authorization, request))
        }
        let timeout = request.channel.eventLoop.scheduleTask(in: TimeAmount(door.limits.signInTimeout)) {
            session.close(WebSocketClose(.notSignedIn, "No sign-in came in time."))
        }
        defer { timeout.cancel() }
        do {
            let authorization = try SocketSignIn.read(await session.messages.next())
            let signIn = try await signIn(BearerToken.read(authorization))
            let request = RequestContext(request, signIn: signIn)
            try await upgrade.access.admit(request)
            guard door.census.signIn(&entry, as: signIn.actor) else {
                session.close(WebSocketClose(.tooManySessions, "This user has as many sockets open as it may."))
                return nil
            }
            return SocketContext(session, request, admission: admission(authorization, request))
        } catch {
            session.close(WebSocketClose(refusing: error))
            return nil
        }
    }

    /// Under the limits of a request that brings a token.
    private func signIn(_ token: String) async throws -> SignIn {
        var ledger = LimitLedger()
        let address = request.origin
        if let limits = door.services.limits {
            try ledger.enter(await limits.arrive(.read, from: address, token: token))
        }
        let signIn = try await door.services.signIn(.success(token), from: address)
        if let limits = door.services.limits {
            try ledger.enter(await limits.proceed(.read, as: signIn.actor, from: address))
        }
        return signIn
    }

    private func admission(_ authorization: String?, _ request: RequestContext) -> @Sendable () async throws -> Void {
        { [upgrade] in
            guard upgrade.access != .open else { return }
            let token = try BearerToken.read(authorization)
            let signIn = try await upgrade.door.services.authenticator.authenticate(bearer: token)
            guard signIn.actor == request.actor else {
                throw AuthenticationFailure(.invalidToken, "The token stands for somebody else now")
            }
            try await upgrade.access.admit(request)
        }
    }

    private func converse(_ socket: SocketContext) async {
        let session = socket.session
        let loop = request.channel.eventLoop
        let grace = TimeAmount(door.limits.handlerGrace)
        let task = Task { try await conversation(socket) }
        session.whenEnded { _ in loop.scheduleTask(in: grace) { task.cancel() } }
        await withTaskCancellationHandler {
            do {
                try await task.value
                session.close(WebSocketClose(.normal))
            } catch is WebSocketSession.Closed {
                // It ended while something was being sent.
            } catch is CancellationError {
                session.close(WebSocketClose(.goingAway))
            } catch {
                let problem = Problem(hearing: error)
                if problem.kind == .internalError {
                    socket.request.logger.error(
                        "A socket's conversation failed",
                        metadata: ["error": "\(LogText(String(describing: error), limit: 2_000))"]
                    )
                }
                session.close(WebSocketClose(refusing: error))
            }
        } onCancel: {
            task.cancel()
            session.closeForShutdown()
        }
    }
}
