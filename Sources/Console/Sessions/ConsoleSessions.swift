import Access
import EventStore
import Events
import Foundation
import HTTPAPI
import OpenSSL
import Time

/// Begins, knows and ends sessions. What there is of one is its events in the log: so every replica knows of its end at once,
/// and a server that is started again has forgotten nobody.
struct ConsoleSessions: Sendable {
    let store: EventStore
    let tokens: TokenService
    let seal: SessionSeal

    /// Begins a session for somebody who has just shown a token.
    func begin(_ owner: SignIn, tokenID: String, _ context: RequestContext) async throws -> ConsoleSession {
        let now = context.now
        let session = ConsoleSession(
            id: "console-" + UUIDv7.generate().uuidString.lowercased().filter { $0 != "-" },
            secret: try SecureRandom.bytes(32),
            tokenID: tokenID,
            startedAt: now,
            seenAt: now
        )
        let started = Identity.SessionStarted(
            sessionID: session.id,
            tokenID: tokenID,
            userID: owner.actor,
            digest: SHA256.hash(session.secret).hex,
            expiresAt: now + ConsoleSession.longest,
            ipAddress: context.clientAddress,
            userAgent: context.userAgent
        )
        try await append(NewEvent(started), to: session, .none, by: owner.actor, context)
        return session
    }

    /// Who a session is of.
    ///
    /// - Throws: ``AuthenticationFailure`` where it is over: by its time, by its end, or with its token.
    func owner(of session: ConsoleSession, at now: Timestamp = .now()) async throws -> SignIn {
        guard !session.isOver(at: now) else { throw Self.over }
        let events = try await store.reader.stream(session.stream, limit: 2)
        guard events.count == 1, let started = try? events[0].decode(Identity.SessionStarted.self),
            started.expiresAt > now, started.tokenID == session.tokenID,
            ConstantTime.equal(Array(started.digest.utf8), Array(SHA256.hash(session.secret).hex.utf8))
        else { throw Self.over }
        do {
            let owner = try await tokens.owner(ofTokenWith: session.tokenID)
            guard owner.userID == started.userID else { throw Self.over }
            return SignIn(actor: owner.userID, method: .apiToken(id: owner.tokenID))
        } catch is TokenRefusal {
            throw Self.over
        }
    }

    /// Ends a session. One that is over already stays so.
    func end(_ session: ConsoleSession, _ context: RequestContext) async throws {
        let ended = Identity.SessionEnded(sessionID: session.id, userID: context.actor)
        do {
            try await append(NewEvent(ended), to: session, .exact(0), by: context.actor, context)
        } catch let error as AppendError {
            guard case .versionConflict = error.code else { throw error }
        }
    }

    private static let over = AuthenticationFailure(.invalidToken, "The session is over. Sign in again.")

    private func append(
        _ event: NewEvent,
        to session: ConsoleSession,
        _ expected: ExpectedVersion,
        by actor: String,
        _ context: RequestContext
    ) async throws {
        _ = try await store.append(
            AppendRequest(
                streams: [StreamAppend(stream: session.stream, expected: expected, events: [event])],
                actor: actor,
                correlationID: context.correlationID
            )
        )
    }
}
