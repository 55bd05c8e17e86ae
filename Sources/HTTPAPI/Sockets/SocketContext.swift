package import WebSockets

/// What a conversation knows of its client.
package final class SocketContext: Sendable {
    /// The messages, both ways.
    package let session: WebSocketSession
    /// The request that opened the socket, with who signed in, the trace and the client's address.
    package let request: RequestContext
    private let upgrade: SocketUpgrade
    /// As the client brought it, by whichever way.
    private let authorization: String?

    init(_ session: WebSocketSession, _ request: RequestContext, _ upgrade: SocketUpgrade, authorization: String?) {
        self.session = session
        self.request = request
        self.upgrade = upgrade
        self.authorization = authorization
    }

    /// The id of the user that acts.
    package var actor: String { request.actor }

    /// Asks again whether the client may be here: its token, its session and the permission. If not, the socket is closed,
    /// with 4401 or 4403.
    ///
    /// To be called when access has changed, by whoever hears of it.
    ///
    /// - Parameter isToleratingDoubt: whether a client of whom it cannot be found out may stay until it is asked again; else
    ///   it is closed with 1013.
    package func recheck(isToleratingDoubt: Bool = false) async {
        do {
            try await admit()
        } catch {
            let close = WebSocketClose(refusing: error)
            if isToleratingDoubt, close.code != .notSignedIn, close.code != .forbidden { return }
            session.close(close)
        }
    }

    /// Asks again whether the client may be here, before it is told something or something is changed on its word. If not,
    /// the socket is closed, with 4401 or 4403.
    ///
    /// - Throws: if it cannot be found out.
    func mayStay() async throws -> Bool {
        do {
            try await admit()
            return true
        } catch {
            let close = WebSocketClose(refusing: error)
            guard close.code == .notSignedIn || close.code == .forbidden else { throw error }
            session.close(close)
            return false
        }
    }

    /// Asks what a request that changes something would be asked. False if the client may not stay.
    ///
    /// - Throws: what the client is to be told: this is one change too many, or it cannot be found out.
    func admitsCommand() async throws -> Bool {
        guard try await mayStay() else { return false }
        if let limits = services.limits {
            var ledger = LimitLedger()
            try ledger.enter(await limits.proceed(.write, as: actor, from: request.origin))
        }
        return true
    }

    var services: EndpointServices { upgrade.door.services }

    private func admit() async throws {
        guard upgrade.access != .open else { return }
        let signIn = try await request.signInAgain(authorization: authorization)
        guard signIn.actor == request.actor else {
            throw AuthenticationFailure(.invalidToken, "Somebody else is signed in now")
        }
        try await upgrade.access.admit(request)
    }
}

extension WebSocketClose {
    /// What a client is told that may not be here, or no more.
    init(refusing error: any Error) {
        let problem = Problem(hearing: error)
        switch problem.kind.status.code {
        case 400, 401: self.init(.notSignedIn, problem.detail)
        case 403, 404: self.init(.forbidden, problem.detail)
        case 429: self.init(.tooManySessions, problem.detail)
        case 503: self.init(.tryAgainLater, problem.detail)
        default: self.init(.internalError, "The error has been logged.")
        }
    }
}
