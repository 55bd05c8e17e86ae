import Events
import HashTreeCollections
import OpenSSL
import Time

/// Who may sign in: registered users and the digests of their tokens, and no word about anybody.
package struct IdentityModel: Sendable {
    /// A token as sign-in needs it.
    struct Token: Sendable {
        var userID: String
        var digest: Digest32
        var expiresAt: Timestamp?
        var isRevoked = false
    }

    private var users: TreeDictionary<ExactKey, Identity.UserRegistered.Kind> = [:]
    private var tokens: TreeDictionary<ExactKey, Token> = [:]

    /// A model in which nobody may sign in.
    package init() {}

    /// Whether a user was registered.
    package func isRegistered(_ userID: String) -> Bool { users[ExactKey(userID)] != nil }

    /// How many users were registered.
    package var userCount: Int { users.count }

    func token(_ id: String) -> Token? { tokens[ExactKey(id)] }

    mutating func apply(_ event: Identity.UserRegistered) {
        if users[ExactKey(event.userID)] == nil { users[ExactKey(event.userID)] = event.kind }
    }

    mutating func apply(_ event: Identity.TokenIssued) {
        guard tokens[ExactKey(event.tokenID)] == nil, let digest = Digest32(hex: event.digest) else { return }
        tokens[ExactKey(event.tokenID)] = Token(userID: event.userID, digest: digest, expiresAt: event.expiresAt)
    }

    mutating func apply(_ event: Identity.TokenRevoked) {
        tokens[ExactKey(event.tokenID)]?.isRevoked = true
    }
}
