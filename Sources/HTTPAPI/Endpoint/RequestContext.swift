package import Addresses
package import HTTPTypes
package import Logging
import Monitoring
import NIOCore
import Synchronization
package import Time

/// What a handler knows of a request beside its inputs.
package final class RequestContext: Sendable {
    /// Who acts.
    package let signIn: SignIn
    /// The trace id: 32 hexadecimal digits that go with every event that the request causes.
    package let correlationID: String
    /// The id by which the client knows the request.
    package let requestID: String
    /// The method as sent.
    package let method: HTTPRequest.Method
    /// The path and query as sent.
    package let target: String
    /// The format that the client asked for among those of the endpoint.
    package let format: MediaType
    /// When the request arrived.
    package let receivedAt: Timestamp
    /// The same moment on the clock that runs evenly: what was acknowledged before it has to be known to the request.
    package let startedAt: ContinuousClock.Instant

    /// The session that the request names, in which only the roles that are active there count.
    package let sessionID: String?
    /// Whether what the permissions of this request guard changes something.
    package let isCommand: Bool

    let cursors: CursorSeal
    /// The handshake, where a WebSocket is asked for.
    let handshake: SocketHandshake?
    let pathValues: [(name: String, value: String)]
    let query: [IncomingRequest.QueryItem]
    let channel: any Channel
    private let headers: HTTPFields
    /// The door by which it was entered, if it is a page's.
    private let door: (any PageDoor)?
    private let server: EndpointServices
    /// Where it comes from; nil where that cannot be known.
    package let origin: IPAddress?
    private let baseLogger: Logger
    private let decided = Atomic<Bool>(true)
    private let lasts = Atomic<Bool>(false)

    init(
        signIn: SignIn,
        trace: TraceContext,
        head: HTTPRequest,
        format: MediaType,
        server: EndpointServices,
        connection: ConnectionContext,
        origin: IPAddress?,
        startedAt: ContinuousClock.Instant,
        isCommand: Bool,
        handshake: SocketHandshake? = nil,
        door: (any PageDoor)? = nil,
        pathValues: [(name: String, value: String)] = [],
        query: [IncomingRequest.QueryItem] = []
    ) {
        self.handshake = handshake
        self.door = door
        self.pathValues = pathValues
        self.query = query
        self.isCommand = isCommand
        sessionID = head.headerFields[.session]
        self.signIn = signIn
        self.startedAt = startedAt
        correlationID = trace.traceID
        requestID = trace.requestID(for: head)
        method = head.method
        target = head.path ?? "/"
        self.format = format
        receivedAt = server.clock()
        cursors = server.cursors
        headers = head.headerFields
        self.server = server
        self.origin = origin
        channel = connection.channel
        baseLogger = connection.logger
    }

    /// The same request, with somebody signed in who was not before.
    init(_ request: RequestContext, signIn: SignIn) {
        self.signIn = signIn
        correlationID = request.correlationID
        requestID = request.requestID
        method = request.method
        target = request.target
        format = request.format
        receivedAt = request.receivedAt
        startedAt = request.startedAt
        sessionID = request.sessionID
        isCommand = request.isCommand
        cursors = request.cursors
        handshake = request.handshake
        pathValues = request.pathValues
        query = request.query
        channel = request.channel
        origin = request.origin
        headers = request.headers
        door = request.door
        server = request.server
        baseLogger = request.baseLogger
    }

    /// The id of the user that acts.
    package var actor: String { signIn.actor }

    /// The time now.
    package var now: Timestamp { server.clock() }

    /// A logger whose entries carry the ids of the request: for what goes on by itself, such as a socket's conversation. In
    /// the task of the request every logger's entries do.
    package var logger: Logger {
        var logger = baseLogger
        for (name, id) in RequestIDs(trace: correlationID, request: requestID).metadata {
            logger[metadataKey: name] = id
        }
        return logger
    }

    /// The address of the client: of the connection, or what the nearest trusted proxy says.
    package var clientAddress: String? { origin?.description }

    /// What the client says it is, cut to 400 characters.
    package var userAgent: String? {
        headers[.userAgent].map { LogText($0, limit: 400).description }
    }

    /// A place for an answer that lasts, such as a stream of events or a poll that waits; to be held as long as it does.
    ///
    /// - Throws: `Problem(.tooManyLasting)` where the actor has as many as may be.
    package func lastingPlace() throws(Problem) -> LastingPlace {
        let place = try server.lasting.enter(actor)
        lasts.store(true, ordering: .relaxed)
        return place
    }

    /// Whether the answer has such a place, or had one.
    var isLasting: Bool { lasts.load(ordering: .relaxed) }

    /// Refuses the request unless the actor holds a permission.
    ///
    /// For endpoints whose permission is ``EndpointAccess/Place/decidedByHandler``, and for what needs more than one.
    package func require(_ permission: String, in scope: BranchScope) async throws {
        let decision = try await server.authorizer.authorize(
            actor: actor,
            permission: permission,
            in: scope,
            for: self
        )
        guard decision.isAllowed else { throw Problem.missingPermission(permission, in: scope) }
        decided.store(true, ordering: .relaxed)
    }

    /// Whether the actor holds a permission. Unlike ``require(_:in:)`` this does not open the endpoint.
    package func allows(_ permission: String, in scope: BranchScope) async throws -> Bool {
        try await server.authorizer.authorize(actor: actor, permission: permission, in: scope, for: self).isAllowed
    }

    /// Whether the token or the session that the request came with still stands for whoever acts: for answers that last.
    ///
    /// - Throws: where that cannot be found out just now. Nothing is to be told then.
    package func isStillSignedIn() async throws -> Bool {
        do {
            return try await signInAgain(authorization: headers[.authorization]).actor == actor
        } catch is AuthenticationFailure {
            return false
        }
    }

    /// Refuses the request where what it came with stands no longer: for what lasts beyond it.
    package func requireStillSignedIn() async throws {
        guard try await isStillSignedIn() else {
            throw AuthenticationFailure(.invalidToken, "What you were signed in by is over. Sign in again.")
        }
    }

    /// Who the request comes from by what is known now: by the door that it was entered by, else by a token.
    func signInAgain(authorization: String?) async throws -> SignIn {
        if let door { return try await door.signIn(headers) }
        return try await server.authenticator.authenticate(bearer: try BearerToken.read(authorization))
    }

    /// Who a token stands for that came another way than in `Authorization`, as in a form. It counts as an attempt to sign in
    /// like any other.
    ///
    /// - Throws: ``AuthenticationFailure`` for a token that is not accepted; `Problem` where there were too many of those.
    package func signIn(by token: String) async throws -> SignIn {
        var ledger = LimitLedger()
        if let limits = server.limits { try ledger.enter(await limits.arrive(.write, from: origin, token: token)) }
        return try await server.signIn(.success(token), from: origin, &ledger)
    }

    /// Who signs in by something else than a token, as an answer of an identity provider.
    ///
    /// Failures of others at the address do not refuse it: it is an answer to an attempt that this server began. Its own count for
    /// the address, as far as they are those of whoever signs in.
    ///
    /// - Throws: what `attempt` throws.
    package func signIn(by attempt: () async throws -> SignIn) async throws -> SignIn {
        do { return try await attempt() } catch let failure as AuthenticationFailure {
            // No token is good by this name, so that none is forgotten.
            if failure.counts { _ = await server.limits?.signInFailed("", from: origin) }
            throw failure
        }
    }

    /// Refuses a request that names a session which is not its sender's.
    func requireSession() async throws {
        if let sessionID { try await server.authorizer.requireSession(sessionID, for: self) }
    }

    /// From here on the handler owes a call of ``require(_:in:)``.
    func awaitDecision() { decided.store(false, ordering: .relaxed) }

    /// Whether the handler owes no decision.
    var isDecided: Bool { decided.load(ordering: .relaxed) }

    /// 304 if the client already has the answer of this position. Ask before the work that the answer takes.
    package func notModified(at position: Int64) -> Reply? { notModified(EntityVersion(position), at: position) }

    /// 304 if the client already has this version of the answer, which is known to hold at a position.
    package func notModified(_ version: EntityVersion, at position: Int64) -> Reply? {
        guard method == .get || method == .head, let tags = headers[.ifNoneMatch], EntityTag.matches(tags, version)
        else { return nil }
        var reply = Reply(.notModified, .none, nil, position: position)
        reply.version = version
        return reply
    }

    /// The reply, marked as what it is by its content; or 304 if the client has it already.
    ///
    /// - Parameters:
    ///   - made: the position that its content was made at.
    ///   - position: up to which it is known to hold.
    func conditional(_ reply: Reply, made: Int64, holdsAt position: Int64) -> Reply {
        let version = reply.version ?? EntityVersion(made, content: reply)
        if let unchanged = notModified(version, at: position) { return unchanged }
        var reply = reply
        reply.position = position
        reply.version = version
        return reply
    }
}
