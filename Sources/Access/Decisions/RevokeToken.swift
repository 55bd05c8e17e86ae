import EventStore
import Events
package import Time

/// Ends a token before its time. Everybody may end their own.
package struct RevokeToken: AccessCommand {
    /// The token's public id.
    package var tokenID: String
    /// Why.
    package var reason: String?

    /// A token to revoke.
    package init(tokenID: String, reason: String? = nil) {
        self.tokenID = tokenID
        self.reason = reason
    }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        try AccessText.requireText(reason, at: "/reason")
        let token = model.identity.token(tokenID)
        if token.map({ !ExactKey.same($0.userID, actor.id) }) ?? true {
            try model.require(.revokeTokens, of: actor, in: .institution, at: now)
        }
        guard let token else { throw AccessRefusal(.notFound, "There is no token \(tokenID).") }
        guard !token.isRevoked else { return AccessPlan([]) }
        let revoked = Identity.TokenRevoked(tokenID: tokenID, userID: token.userID, reason: reason)
        return AccessPlan([
            .init(
                stream: AccessStream.token(tokenID),
                expected: .exact(0),
                branch: nil,
                events: [.tokenRevoked(revoked)]
            )
        ])
    }
}
