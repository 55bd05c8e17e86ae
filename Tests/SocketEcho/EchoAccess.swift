import HTTPAPI
import Synchronization

/// `token-NAME` signs NAME in, who may use sockets unless NAME is eve or it was taken away.
final class EchoAccess: Authenticator, Authorizer {
    private struct State {
        var endedTokens: Set<String> = []
        var forbidden: Set<String> = ["eve"]
    }

    private let state = Mutex(State())

    func endToken(_ name: String) { state.withLock { _ = $0.endedTokens.insert(name) } }
    func forbid(_ name: String) { state.withLock { _ = $0.forbidden.insert(name) } }

    func authenticate(bearer token: String) async throws -> SignIn {
        guard token.hasPrefix("token-") else { throw AuthenticationFailure(.invalidToken, "The token is not known") }
        let name = String(token.dropFirst(6))
        guard !state.withLock({ $0.endedTokens.contains(name) }) else {
            throw AuthenticationFailure(.invalidToken, "The token is revoked")
        }
        return SignIn(actor: name, method: .apiToken(id: name))
    }

    func authorize(
        actor: String,
        permission: String,
        in scope: BranchScope,
        for context: RequestContext
    ) async throws -> AccessDecision {
        AccessDecision(isAllowed: !state.withLock { $0.forbidden.contains(actor) })
    }
}
