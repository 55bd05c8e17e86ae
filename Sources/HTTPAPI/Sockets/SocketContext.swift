package import WebSockets

/// What a conversation knows of its client.
package final class SocketContext: Sendable {
    /// The messages, both ways.
    package let session: WebSocketSession
    /// The request that opened the socket, with who signed in, the trace and the client's address.
    package let request: RequestContext
    private let admission: @Sendable () async throws -> Void

    init(
        _ session: WebSocketSession,
        _ request: RequestContext,
        admission: @escaping @Sendable () async throws -> Void
    ) {
        self.session = session
        self.request = request
        self.admission = admission
    }

    /// The id of the user that acts.
    package var actor: String { request.actor }

    /// Asks again whether the client may be here: its token, its session and the permission. If not, or if it cannot be found
    /// out, the socket is closed, with 4401, 4403 or 1013.
    ///
    /// To be called when access has changed, by whoever hears of it.
    package func recheck() async {
        do {
            try await admission()
        } catch {
            session.close(WebSocketClose(refusing: error))
        }
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
