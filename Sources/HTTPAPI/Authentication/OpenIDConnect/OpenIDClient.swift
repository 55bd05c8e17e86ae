package import Addresses
package import Logging
import OpenSSL
import Synchronization

/// Signs people in by the authorization code flow of OpenID Connect (OpenID Connect Core 1.0, section 3.1), with PKCE (RFC 7636).
///
/// Keeps nothing of anybody's: what an attempt is known by is with the browser, and the provider's tokens are let go of as soon
/// as it is known whose they are.
package final class OpenIDClient: Sendable {
    package let settings: OpenIDClientSettings
    private let configuration: KnownConfiguration
    private let verifier: IDTokenVerifier
    private let client: ProviderClient
    private let logger: Logger
    private let exchanges = Mutex(CodeExchanges())

    /// - Parameters:
    ///   - keys: what ID tokens are checked by.
    ///   - timeout: how long the provider may take over one answer, to its last byte.
    package init(
        _ settings: OpenIDClientSettings,
        provider: OpenIDProvider,
        keys: KeySet,
        timeout: Duration = .seconds(10),
        logger: Logger
    ) {
        self.settings = settings
        self.logger = logger
        configuration = KnownConfiguration(provider, logger: logger)
        verifier = IDTokenVerifier(settings: settings.tokens, keys: keys)
        client = ProviderClient(timeout: timeout)
    }

    /// The provider, as its tokens name it.
    package var issuer: String { settings.tokens.issuer }

    /// Where a browser goes to begin an attempt.
    ///
    /// - Throws: `Problem` where the provider does not say where that is.
    package func authorizationURL(for attempt: AuthorizationAttempt) async throws -> String {
        let (configuration, endpoint) = try await told { configuration throws(KeySetError) in
            // Nobody is led away who could not be signed in on the way back.
            _ = try configuration.tokenEndpoint
            return (configuration, try configuration.authorizationEndpoint)
        }
        if settings.secret != nil, configuration.clientAuthentication == nil { throw failed(Self.noKnownWay) }
        return endpoint.adding([
            ("response_type", "code"), ("client_id", settings.clientID), ("redirect_uri", settings.redirectURI),
            ("scope", settings.scopes.joined(separator: " ")), ("state", attempt.state), ("nonce", attempt.nonce),
            ("code_challenge", attempt.challenge), ("code_challenge_method", "S256"),
        ])
    }

    /// Where a browser goes to sign out at the provider as well; nil where that cannot be found out, or there is no such place.
    package func endSessionURL() async -> String? {
        try? await configuration.current().endSessionEndpoint?.adding([("client_id", settings.clientID)])
    }

    /// Who signed in, by the answer to an attempt whose state it has.
    ///
    /// - Parameter address: where the answer comes from.
    /// - Throws: ``AuthenticationFailure`` where that is nobody; `Problem` where the provider does not do its part.
    package func signIn(
        _ answer: AuthorizationAnswer,
        to attempt: AuthorizationAttempt,
        from address: IPAddress?
    ) async throws -> SignIn {
        let configuration = try await told { configuration throws(KeySetError) in configuration }
        try answer.check(issuer: issuer, isNamed: configuration.namesItself)
        guard exchanges.withLock({ $0.begin(from: address) }) else {
            throw Problem.unavailable(retryAfter: .seconds(2), "Too many people sign in at once. Try again shortly.")
        }
        defer { exchanges.withLock { $0.end(from: address) } }
        let tokens = try await exchange(answer.code, attempt, configuration)
        do {
            let subject = try await verifier.subject(of: tokens.id, for: attempt, with: tokens.access)
            return SignIn(actor: subject, method: .jwt(issuer: issuer))
        } catch let failure as AuthenticationFailure {
            logger.notice("An ID token of the identity provider was not accepted: \(failure.message)")
            throw AuthenticationFailure(
                failure.code,
                "What the identity provider says was not accepted. \(failure.message). Sign in again.",
                counts: false
            )
        }
    }

    private func exchange(
        _ code: String,
        _ attempt: AuthorizationAttempt,
        _ configuration: ProviderConfiguration
    ) async throws -> TokenAnswer {
        var form = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", settings.redirectURI),
            ("code_verifier", attempt.verifier),
        ]
        var authorization: String?
        if let secret = settings.secret {
            switch configuration.clientAuthentication {
            case .basic: authorization = Self.basic(settings.clientID, secret())
            case .post: form += [("client_id", settings.clientID), ("client_secret", secret())]
            case nil: throw failed(Self.noKnownWay)
            }
        } else {
            form.append(("client_id", settings.clientID))
        }
        let answer: ProviderAnswer
        do throws(KeySetError) {
            answer = try await client.post(
                configuration.tokenEndpoint,
                FormPairs.encode(form),
                authorization: authorization,
                "its tokens"
            )
        } catch {
            throw away(error)
        }
        switch TokenAnswer.Outcome(answer) {
        case .tokens(let tokens): return tokens
        case .codeRefused:
            logger.notice("The identity provider did not accept a code: invalid_grant")
            throw AuthenticationFailure(
                .invalidToken,
                "The identity provider does not accept the code: it was used before, or is too old. Sign in again."
            )
        case .failed(let reason): throw failed(reason)
        }
    }

    private static let noKnownWay = "takes a client's secret in no way that is known here"

    /// By `Authorization`, as RFC 6749 (section 2.3.1) has it: each half encoded as in a form.
    private static func basic(_ id: String, _ secret: String) -> String {
        let pair = "\(PercentCoding.encode(id)):\(PercentCoding.encode(secret))"
        return "Basic " + Base64.encode(Array(pair.utf8))
    }

    // MARK: Where the provider does not do its part

    private func told<Value: Sendable>(
        _ value: (ProviderConfiguration) throws(KeySetError) -> Value
    ) async throws -> Value {
        do throws(KeySetError) { return try value(try await configuration.current()) } catch { throw away(error) }
    }

    private func away(_ error: KeySetError) -> Problem {
        guard error.code == .unreachable else { return failed(error.message) }
        logger.warning("The identity provider cannot be asked: \(LogText(error.message))")
        return .unavailable(
            retryAfter: .seconds(5),
            "The identity provider cannot be reached just now. Try again shortly, or sign in by a token."
        )
    }

    private func failed(_ reason: String) -> Problem {
        logger.warning("The identity provider does not do its part: \(LogText(reason))")
        return Problem(
            .identityProvider,
            "The identity provider gave an answer that nobody can be signed in by. Whoever runs this server finds the reason in "
                + "its log. Sign in by a token meanwhile."
        )
    }
}

extension ProblemKind {
    /// The identity provider answers, but not as it has to.
    package static let identityProvider = Self(
        "identity-provider",
        .badGateway,
        "The identity provider does not do its part"
    )
}
