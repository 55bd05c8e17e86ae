import Addresses
import RateLimiting
import Synchronization
import Testing
import WebSockets

@testable import HTTPAPI

/// What is asked before something is changed on the word of a socket's client.
@Suite struct CommandTests {
    /// Signs Ada in until it is over, and lets so many changes pass.
    private final class Gate: Authenticator, Authorizer, RequestLimiter {
        private let state = Mutex((isOver: false, isAway: false, changes: 2))

        func end() { state.withLock { $0.isOver = true } }
        /// From now on it cannot be found out who anybody is.
        func goAway() { state.withLock { $0.isAway = true } }

        func authenticate(bearer token: String) async throws -> SignIn {
            if state.withLock({ $0.isAway }) { throw Problem.unavailable(retryAfter: .seconds(1), "Away.") }
            guard !state.withLock({ $0.isOver }) else { throw AuthenticationFailure(.invalidToken, "It is revoked.") }
            return SignIn(actor: "ada", method: .apiToken(id: "1"))
        }

        func authorize(
            actor: String,
            permission: String,
            in scope: BranchScope,
            for context: RequestContext
        ) async throws -> AccessDecision { .allowed }

        func arrive(_ routeClass: RouteClass, from address: IPAddress?, token: String?) async -> LimitVerdict {
            .admitted
        }

        func proceed(_ routeClass: RouteClass, as actor: String, from address: IPAddress?) async -> LimitVerdict {
            guard routeClass == .write, actor == "ada" else { return .admitted }
            var verdict = LimitVerdict.admitted
            let isIn = state.withLock { state in
                state.changes -= 1
                return state.changes >= 0
            }
            if !isIn { verdict.outcome = .refused(violated: ["writes"], retryAfter: .seconds(1)) }
            return verdict
        }

        func signInSucceeded(_ token: String, from address: IPAddress?) {}
        func signInFailed(_ token: String, from address: IPAddress?) async -> LimitVerdict { .admitted }
    }

    private static let socket = WebSocketEndpoint(
        "/desk",
        "Change something",
        tag: "t",
        access: .signedIn,
        subprotocols: []
    ) { _ in
        { socket in
            for await message in socket.session.messages {
                if message == .text("look") {
                    await socket.recheck(isToleratingDoubt: true)
                    socket.session.offer(WebSocketOutgoing(.text("stays")))
                    continue
                }
                if message == .text("look well") {
                    await socket.recheck()
                    continue
                }
                do {
                    guard try await socket.admitsCommand() else { continue }
                    try await socket.session.send(WebSocketOutgoing(.text("done")))
                } catch {
                    let problem = Problem(hearing: error)
                    try await socket.session.send(WebSocketOutgoing(.text(problem.kind.name)))
                }
            }
        }
    }

    @Test func aChangeIsCountedLikeARequestAndRefusedToWhoMayNotBeHereAnyMore() async throws {
        let gate = Gate()
        let services = EndpointServices(
            authenticator: gate,
            authorizer: gate,
            cursors: CursorSeal(key: [UInt8](repeating: 7, count: 32)),
            limits: gate
        )
        try await SocketServer.run([Self.socket], services) { port in
            try await RawSocket.open(port, "/desk", fields: ["Authorization": "Bearer ada"]) { socket in
                for answer in ["done", "done", "quota-exceeded"] {
                    try await socket.send(text: "x")
                    #expect(await socket.next()?.text == answer)
                }
                gate.end()
                try await socket.send(text: "x")
                #expect(await socket.next()?.closeCode == 4_401)
            }
        }
    }

    @Test func whoCannotBeLookedUpStaysForAWhileButNotWhereSomethingIsKnownToHaveChanged() async throws {
        let gate = Gate()
        let services = EndpointServices(
            authenticator: gate,
            authorizer: gate,
            cursors: CursorSeal(key: [UInt8](repeating: 7, count: 32))
        )
        try await SocketServer.run([Self.socket], services) { port in
            try await RawSocket.open(port, "/desk", fields: ["Authorization": "Bearer ada"]) { socket in
                gate.goAway()
                try await socket.send(text: "look")
                #expect(await socket.next()?.text == "stays")
                try await socket.send(text: "change")
                #expect(await socket.next()?.text == "unavailable")
                try await socket.send(text: "look well")
                #expect(await socket.next()?.closeCode == 1_013)
            }
        }
    }
}
