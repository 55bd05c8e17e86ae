import Access
import App

extension Watched {
    /// The token of a user who may sign in and no more.
    func tokenOfSomebody() async throws -> String {
        let context = CommandContext(actor: .operator)
        _ = try await system.tokens.register(RegisterUser(userID: "somebody", kind: .person), context)
        return try await system.tokens.issue(to: "somebody", label: nil, expiresAt: nil, context).secret
    }
}
