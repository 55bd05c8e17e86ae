import Access
import EventStore
import Events
import HTTPAPI
import OpenSSL
import Time

/// Begins, knows and ends sessions. What there is of one is its events in the log: so every replica knows of its end at once,
/// and a server that is started again has forgotten nobody.
struct ConsoleSessions: Sendable {
    let store: EventStore
    let tokens: TokenService
    /// The provider that people may sign in by; nil where there is none.
    let provider: OpenIDClientSettings?
    let seal: SessionSeal

    /// Begins a session for somebody who has just shown a token.
    func begin(_ owner: SignIn, tokenID: String, _ context: RequestContext) async throws -> ConsoleSession {
        let session = try Self.session(ConsoleSession.newID(), on: .token(id: tokenID), at: context.now)
        let started = Identity.SessionStarted(
            sessionID: session.id,
            tokenID: tokenID,
            userID: owner.actor,
            digest: SHA256.hash(session.secret).hex,
            expiresAt: session.startedAt + ConsoleSession.longest,
            ipAddress: context.clientAddress,
            userAgent: context.userAgent
        )
        try await append(NewEvent(started), to: session, .none, by: owner.actor, context)
        return session
    }

    /// Begins the session of an attempt, for somebody whom the provider vouches for.
    ///
    /// - Throws: ``AuthenticationFailure`` where it has begun before: an attempt comes to one session.
    func begin(
        _ owner: SignIn,
        by attempt: SignInAttempt,
        _ provider: OpenIDClientSettings,
        _ context: RequestContext
    ) async throws -> ConsoleSession {
        let session = try Self.session(attempt.sessionID, on: .provider(issuer: attempt.issuer), at: context.now)
        let started = Identity.ProviderSessionStarted(
            sessionID: session.id,
            issuer: attempt.issuer,
            clientID: provider.clientID,
            userID: owner.actor,
            digest: SHA256.hash(session.secret).hex,
            expiresAt: session.startedAt + ConsoleSession.longest,
            ipAddress: context.clientAddress,
            userAgent: context.userAgent
        )
        do {
            try await append(NewEvent(started), to: session, .none, by: owner.actor, context)
        } catch let error as AppendError {
            guard case .versionConflict = error.code else { throw error }
            throw AuthenticationFailure(.invalidToken, "This sign-in was carried out before. Sign in again.")
        }
        return session
    }

    /// Who a session is of.
    ///
    /// - Throws: ``AuthenticationFailure`` where it is over: by its time, by its end or that of all of its owner's, or with what it
    ///   rests on.
    func owner(of session: ConsoleSession, at now: Timestamp = .now()) async throws -> SignIn {
        guard !session.isOver(at: now) else { throw Self.over }
        let events = try await store.reader.stream(session.stream, limit: 2)
        guard events.count == 1, let start = SessionStart(events[0]), start.expiresAt > now,
            start.basis == session.basis,
            ConstantTime.equal(Array(start.digest.utf8), Array(SHA256.hash(session.secret).hex.utf8))
        else { throw Self.over }
        let owner = try await owner(start)
        let ends = try await store.reader.streamBackwards(AccessStream.consoleSessions(owner.actor), limit: 1)
        if let end = ends.first, end.position > events[0].position { throw Self.over }
        return owner
    }

    /// Who a session is of by what it rests on.
    private func owner(_ start: SessionStart) async throws -> SignIn {
        switch start.basis {
        case .token(let id):
            do {
                let owner = try await tokens.owner(ofTokenWith: id)
                guard owner.userID == start.userID else { throw Self.over }
                return SignIn(actor: owner.userID, method: .apiToken(id: owner.tokenID))
            } catch is TokenRefusal {
                throw Self.over
            }
        case .provider(let issuer):
            // Whom the operator no longer trusts vouches for nobody.
            guard let provider, provider.tokens.issuer.utf8.elementsEqual(issuer.utf8),
                provider.clientID == start.clientID
            else { throw Self.over }
            return SignIn(actor: start.userID, method: .jwt(issuer: issuer))
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

    private static func session(
        _ id: String,
        on basis: ConsoleSession.Basis,
        at now: Timestamp
    ) throws -> ConsoleSession {
        ConsoleSession(id: id, secret: try SecureRandom.bytes(32), basis: basis, startedAt: now, seenAt: now)
    }

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

/// The event that a session began with, by whichever way.
private struct SessionStart {
    var basis: ConsoleSession.Basis
    var clientID: String?
    var userID: String
    var digest: String
    var expiresAt: Timestamp

    /// Nil for an event that is none, or that cannot be read any more.
    init?(_ event: RecordedEvent) {
        switch event.type {
        case Identity.SessionStarted.type:
            guard let started = try? event.decode(Identity.SessionStarted.self) else { return nil }
            basis = .token(id: started.tokenID)
            (userID, digest, expiresAt) = (started.userID, started.digest, started.expiresAt)
        case Identity.ProviderSessionStarted.type:
            guard let started = try? event.decode(Identity.ProviderSessionStarted.self) else { return nil }
            basis = .provider(issuer: started.issuer)
            clientID = started.clientID
            (userID, digest, expiresAt) = (started.userID, started.digest, started.expiresAt)
        default: return nil
        }
    }
}
