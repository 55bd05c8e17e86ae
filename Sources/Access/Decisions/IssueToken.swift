import EventStore
import Events
package import OpenSSL
package import Time

/// Lets a registered user sign in by a token.
///
/// Whoever issues a token for somebody else could sign in as them, so it takes holding all that they hold.
package struct IssueToken: AccessCommand {
    /// The token's public id.
    package var tokenID: String
    /// Whom it signs in.
    package var userID: String
    /// The SHA-256 of its secret.
    package var digest: Digest32
    /// What it is for.
    package var label: String?
    /// From when on it is refused.
    package var expiresAt: Timestamp?

    /// A token to issue.
    package init(tokenID: String, userID: String, digest: Digest32, label: String? = nil, expiresAt: Timestamp? = nil) {
        self.tokenID = tokenID
        self.userID = userID
        self.digest = digest
        self.label = label
        self.expiresAt = expiresAt
    }

    package func decide(
        on model: AccessModel,
        by actor: AccessActor,
        at now: Timestamp
    ) throws(AccessRefusal) -> AccessPlan {
        try model.require(.issueTokens, of: actor, in: .institution, at: now)
        if let label { try AccessText.requireName(label, at: "/label") }
        guard model.identity.isRegistered(userID) else {
            throw AccessRefusal(.notFound, "There is no user \(userID). Register the user first.")
        }
        if let expiresAt, expiresAt <= now {
            throw AccessRefusal(.expired, "The end has to be in the future; it is \(now) now.")
        }
        for grant in model.users[ExactKey(userID)]?.grants ?? [] where !grant.isExpired(at: now) {
            let branch = model.branches.name(grant.branch)
            // The token lends this for as long as both last.
            let end = min(grant.until, expiresAt ?? .latest)
            try model.refuseEscalation(of: model.roles.closure(grant.role), in: branch, by: actor, at: now, until: end)
        }
        let issued = Identity.TokenIssued(
            tokenID: tokenID,
            userID: userID,
            digest: digest.hex,
            expiresAt: expiresAt,
            label: label
        )
        return AccessPlan([
            .init(
                stream: AccessStream.token(tokenID),
                expected: .none,
                branch: nil,
                events: [.tokenIssued(issued)]
            )
        ])
    }
}
