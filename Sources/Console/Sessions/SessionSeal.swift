package import EventStore
import OpenSSL
import Time

/// Makes sessions into cookies, and knows its own again.
package struct SessionSeal: Sendable {
    private let seal: CookieSeal

    /// A seal by a log's keys.
    package init(keys: KeyStore) {
        seal = CookieSeal(keys: keys, purpose: "console-sessions")
    }

    /// The value of a cookie.
    package func close(_ session: ConsoleSession) throws -> String {
        let basis =
            switch session.basis {
            case .token(let id): ["token", id]
            case .provider(let issuer): ["provider", issuer]
            }
        return try seal.close(
            [session.id, Base64.encode(session.secret, .urlSafe)] + basis
                + [String(session.startedAt.microseconds), String(session.seenAt.microseconds)]
        )
    }

    /// The session of a cookie; nil for what was not made here.
    package func open(_ value: String) -> ConsoleSession? {
        guard let parts = seal.open(value), parts.count == 6,
            let secret = Base64.decode(parts[1], .urlSafe), secret.count == 32,
            let started = Int64(parts[4]), let seen = Int64(parts[5])
        else { return nil }
        let basis: ConsoleSession.Basis
        switch parts[2] {
        case "token": basis = .token(id: parts[3])
        case "provider": basis = .provider(issuer: parts[3])
        default: return nil
        }
        return ConsoleSession(
            id: parts[0],
            secret: secret,
            basis: basis,
            startedAt: Timestamp(microseconds: started),
            seenAt: Timestamp(microseconds: seen)
        )
    }
}
