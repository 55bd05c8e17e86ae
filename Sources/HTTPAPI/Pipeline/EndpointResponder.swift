import Addresses
import HTTPTypes
package import Hummingbird
import Logging
import Monitoring
import NIOCore
import NIOHTTP1
import RateLimiting

/// Answers requests by a table of endpoints. Every request takes the same way, in this order: route, limits of its address,
/// format, sign-in, limits of its actor, permission, `X-Min-Position`, body, inputs, handler.
package struct EndpointResponder: HTTPResponder {
    package typealias Context = ConnectionContext

    private let routes: RouteTable
    private let services: EndpointServices

    /// Throws if two endpoints are the same.
    package init(_ endpoints: [Endpoint], _ services: EndpointServices) throws(EndpointError) {
        routes = try RouteTable(endpoints)
        self.services = services
    }

    package func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        guard request.headers.contains(.upgrade) else { return try await answer(request, context) }
        // A task keeps what its stack has once needed. The connection's lasts as long as its socket, so that another answers.
        return try await Task { try await answer(request, context) }.value
    }

    @inline(never)
    private func answer(_ request: Request, _ context: ConnectionContext) async throws -> Response {
        let startedAt = ContinuousClock.now
        let trace = TraceContext(traceparent: request.headers[.traceParent])
        let ids = RequestIDs(trace: trace.traceID, request: trace.requestID(for: request.head))
        return try await RequestIDs.$current.withValue(ids) { try await answer(request, trace, context, startedAt) }
    }

    private func answer(
        _ request: Request,
        _ trace: TraceContext,
        _ context: ConnectionContext,
        _ startedAt: ContinuousClock.Instant
    ) async throws -> Response {
        var account = RequestAccount(request, trace, services, startedAt)
        account.address = services.trustedProxies.client(
            of: request.headers,
            peer: IPAddress(context.channel.remoteAddress)
        )
        var ledger = LimitLedger()
        var body = BodyReader(request)
        var door: (any PageDoor)?
        var reply: Reply
        do {
            reply = try await answer(request, trace, context, startedAt, &body, &account, &ledger, &door)
        } catch let error as HTTPParserError {
            account.requestBytes = body.bytesRead
            account.close(status: 400, bytes: 0)
            // The connection is of no use any more; the server answers and closes it.
            throw error
        } catch {
            let problem = Problem(hearing: error)
            log(error, as: problem, account, request, trace, context.logger)
            reply =
                door?.reply(to: problem, of: request.head, traceID: trace.traceID)
                ?? problem.reply(traceID: trace.traceID)
        }
        for field in ledger.fields { reply.headers.append(field) }
        if body.isLeftBehind { reply.headers[.connection] = "close" }
        account.requestBytes = body.bytesRead
        return Response(reply, to: request.head, trace, account, context.channel)
    }

    private func answer(
        _ request: Request,
        _ trace: TraceContext,
        _ connection: ConnectionContext,
        _ startedAt: ContinuousClock.Instant,
        _ body: inout BodyReader,
        _ account: inout RequestAccount,
        _ ledger: inout LimitLedger,
        _ door: inout (any PageDoor)?
    ) async throws -> Reply {
        let head = request.head
        if head.method == .options, head.path == "*" { return .options([.get, .post]) }
        guard let target = RequestTarget(head.path ?? "") else {
            throw Problem(.badRequest, "The request target is neither a path nor an http URI.")
        }
        let match = routes.match(head.method, target.path)
        // Noted before anything is refused, so that refusals are counted by route as well.
        if case .endpoint(let found, _) = match {
            account.route = found.path.text
            door = found.door
        }
        let token = try await arrive(match, head, account.address, &ledger)
        let endpoint: Endpoint
        let pathValues: [(name: String, value: String)]
        switch match {
        case .endpoint(let found, let values): (endpoint, pathValues) = (found, values)
        case .otherMethods(let methods):
            if head.method == .options { return .options(methods) }
            throw Problem.methodNotAllowed(head.method, allowed: methods)
        case .none:
            throw Problem(.notFound, "Nothing is answered at this path. The document /openapi.json lists what is.")
        case .malformed: throw Problem(.badRequest, "The path is not properly percent-encoded UTF-8.")
        }

        guard
            let format = Accept.choose(endpoint.mediaTypes, header: head.headerFields[.accept])
                ?? (endpoint.mediaTypes.isEmpty ? .json : nil)
        else {
            let names = endpoint.mediaTypes.map(\.name).joined(separator: ", ")
            throw Problem(.notAcceptable, "Answers come as \(names). Ask for one of them with Accept.")
        }

        let handshake = try endpoint.upgrade?.handshake(head, isByPage: door != nil)
        let signsInLater = handshake?.signsInLater ?? false
        var signIn = SignIn.anonymous
        if endpoint.access != .open, !signsInLater {
            signIn = try await identify(head, token, endpoint, &account, &ledger)
        }

        let context = RequestContext(
            signIn: signIn,
            trace: trace,
            head: head,
            format: format,
            server: services,
            connection: connection,
            origin: account.address,
            startedAt: startedAt,
            isCommand: !endpoint.isQuestion,
            handshake: handshake,
            door: door,
            pathValues: pathValues,
            query: try target.queryItems()
        )
        defer { account.isLasting = context.isLasting }
        let query = context.query
        if !signsInLater { try await endpoint.access.admit(context) }
        // Permission is as new as the log, whatever read models hold; and who has none keeps nobody waiting.
        if endpoint.access != .open, !signsInLater {
            try await waitForMinimumPosition(head.headerFields[.minimumPosition])
        }
        try refuseUnknown(query, of: endpoint)

        let incoming = IncomingRequest(
            method: head.method,
            target: head.path ?? "/",
            authority: head.authority,
            headers: head.headerFields,
            pathValues: pathValues,
            query: query,
            actor: signIn.actor,
            cursors: services.cursors,
            body: try await body.read(for: endpoint, limit: services.maximumBodyBytes)
        )
        var reply = try await endpoint.perform(context, incoming)
        if !endpoint.mayBeKept { reply.headers[.cacheControl] = "no-store" }
        guard context.isDecided else {
            throw EndpointError("\(endpoint.method) \(endpoint.path.text) answered without asking for its permission.")
        }
        if let position = reply.position { services.witness?(position) }
        return reply
    }

    /// Asks the limits that hold before it is known who sends a request.
    ///
    /// - Returns: the token to sign in by, where one is wanted; an error of its form is thrown when it is used.
    private func arrive(
        _ match: RouteTable.Match,
        _ head: HTTPRequest,
        _ address: IPAddress?,
        _ ledger: inout LimitLedger
    ) async throws -> Result<String, AuthenticationFailure> {
        var routeClass = RouteClass.read
        var token = Result<String, AuthenticationFailure>.failure(.noToken)
        if case .endpoint(let endpoint, _) = match {
            routeClass = endpoint.routeClass
            if endpoint.access != .open, endpoint.door == nil {
                token = Result { () throws(AuthenticationFailure) in
                    let isSocket = endpoint.upgrade != nil
                    return try BearerToken.read(
                        isSocket ? SocketHandshake.authorization(of: head) : head.headerFields[.authorization]
                    )
                }
            }
        }
        if let limits = services.limits {
            try ledger.enter(await limits.arrive(routeClass, from: address, token: try? token.get()))
        }
        return token
    }

    /// Signs somebody in, by the endpoint's door or by a token, and asks the limits that hold for them.
    private func identify(
        _ head: HTTPRequest,
        _ token: Result<String, AuthenticationFailure>,
        _ endpoint: Endpoint,
        _ account: inout RequestAccount,
        _ ledger: inout LimitLedger
    ) async throws -> SignIn {
        let signIn: SignIn
        if let door = endpoint.door {
            signIn = try await door.signIn(head.headerFields)
        } else {
            signIn = try await services.signIn(token, from: account.address, for: endpoint.access.permission, &ledger)
        }
        account.actor = signIn.actor
        if let limits = services.limits {
            let verdict = await limits.proceed(endpoint.routeClass, as: signIn.actor, from: account.address)
            try ledger.enter(verdict)
        }
        return signIn
    }

    private func waitForMinimumPosition(_ field: String?) async throws {
        guard let field else { return }
        guard let position = EntityTag.position(of: field) else {
            throw Problem.parameter(
                .header,
                HTTPField.Name.minimumPosition.rawName,
                "is to be a position of the log, or the ETag of an earlier answer."
            )
        }
        guard let gate = services.positionGate else {
            throw Problem.parameter(.header, HTTPField.Name.minimumPosition.rawName, "is not supported by this server.")
        }
        try await gate.wait(for: position)
        services.witness?(position)
    }

    private func refuseUnknown(_ query: [IncomingRequest.QueryItem], of endpoint: Endpoint) throws {
        guard !endpoint.operation.hasForeignQuery,
            query.contains(where: { !endpoint.knownQuery.contains($0.name) })
        else { return }
        throw Problem(
            fields: query.filter { !endpoint.knownQuery.contains($0.name) }
                .map { FieldProblem(.query, $0.name, "There is no parameter of this name here; leave it out.") }
        )
    }

    private func log(
        _ error: any Error,
        as problem: Problem,
        _ account: RequestAccount,
        _ request: Request,
        _ trace: TraceContext,
        _ logger: Logger
    ) {
        let level: Logger.Level = problem.kind == .internalError ? .error : .debug
        guard logger.logLevel <= level else { return }
        // Not the target: paths hold what opens links, and queries the words that somebody searches for.
        logger.log(
            level: level,
            "A request was answered with a problem",
            metadata: [
                "traceId": "\(trace.traceID)",
                "method": "\(request.method.rawValue)",
                "route": "\(account.route)",
                "problem": "\(problem.kind.name)",
                "error": "\(LogText(String(describing: error), limit: 2_000))",
            ]
        )
    }
}
