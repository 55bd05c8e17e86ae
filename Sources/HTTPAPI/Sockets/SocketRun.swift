import Logging
import NIOCore
import WebSockets

/// A socket from its upgrade to its end.
struct SocketRun: Sendable {
    private let upgrade: SocketUpgrade
    private let request: RequestContext
    private let handshake: SocketHandshake
    private let place: SocketPlace
    private let waits: Bool
    private let conversation: WebSocketEndpoint.Conversation

    init(
        _ upgrade: SocketUpgrade,
        _ request: RequestContext,
        _ handshake: SocketHandshake,
        _ place: SocketPlace,
        waits: Bool,
        _ conversation: @escaping WebSocketEndpoint.Conversation
    ) {
        self.upgrade = upgrade
        self.request = request
        self.handshake = handshake
        self.place = place
        self.waits = waits
        self.conversation = conversation
    }

    private var door: SocketDoor { upgrade.door }

    /// Takes the connection over, and begins the conversation, which goes on by itself.
    func begin(on channel: any Channel) async {
        let session: WebSocketSession
        do {
            session = try await ConnectionTakeover.begin(on: channel, upgrade.settings, handshake)
        } catch {
            request.logger.debug("A connection ended before its upgrade", metadata: ["error": "\(error)"])
            try? await channel.close()
            return
        }
        let grace = TimeAmount(door.limits.handlerGrace)
        // Detached, so that it does not copy what the request's task knew.
        let conversation = Task.detached { await converse(session) }
        session.whenEnded { _ in channel.eventLoop.scheduleTask(in: grace) { conversation.cancel() } }
        door.taken.add(channel, conversation)
    }

    private func converse(_ session: WebSocketSession) async {
        if let socket = await admit(session) { await converse(socket) }
        _ = await session.end
        place.leave()
    }

    /// The socket, once somebody has signed in; nil when it was closed instead.
    private func admit(_ session: WebSocketSession) async -> SocketContext? {
        guard waits else {
            return SocketContext(session, request, upgrade, authorization: handshake.authorization)
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
            guard place.signIn(as: signIn.actor) else {
                session.close(WebSocketClose(.tooManySessions, "This user has as many sockets open as it may."))
                return nil
            }
            return SocketContext(session, request, upgrade, authorization: authorization)
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
        let signIn = try await door.services.signIn(.success(token), from: address, &ledger)
        if let limits = door.services.limits {
            try ledger.enter(await limits.proceed(.read, as: signIn.actor, from: address))
        }
        return signIn
    }

    private func converse(_ socket: SocketContext) async {
        let session = socket.session
        do {
            try await conversation(socket)
            session.close(WebSocketClose(.normal))
        } catch is WebSocketSession.Closed {
            // It ended while something was being sent.
        } catch is CancellationError {
            session.closeForShutdown()
        } catch {
            if Problem(hearing: error).kind == .internalError {
                socket.request.logger.error(
                    "A socket's conversation failed",
                    metadata: ["error": "\(LogText(String(describing: error), limit: 2_000))"]
                )
            }
            session.close(WebSocketClose(refusing: error))
        }
    }
}
