import HTTPAPI
import Logging

/// The outside issuer of tokens that a server trusts: by its keys programs sign in, and people by its pages.
struct TokenIssuer: Sendable {
    let keys: KeySet
    /// Nil where no program does.
    let authenticator: JWTAuthenticator?
    /// Nil where nobody does.
    let client: OpenIDClient?

    /// Nil where none is configured.
    ///
    /// - Throws: `ConfigurationError` where its secret cannot be read.
    init?(_ configuration: DaybookConfiguration, logger: Logger) throws {
        guard let settings = configuration.tokens else { return nil }
        func accepted(_ audience: String) -> JWTSettings {
            JWTSettings(issuer: settings.issuer, audience: audience, clockSkew: settings.clockSkew)
        }
        let source: any KeySetSource =
            switch settings.keySet {
            case .file(let path): KeySetFile(path: path)
            case .url(let url): KeySetURL(url)
            case .discovery: try Self.provider(settings.issuer)
            }
        let keys = KeySet(
            source,
            algorithms: Set(JWTSettings.Algorithm.allCases),
            maximumAge: settings.maximumKeyAge,
            logger: logger
        )
        self.keys = keys
        authenticator = settings.audience.map { JWTAuthenticator(accepted($0), keys: keys) }
        guard let openID = configuration.openID else {
            client = nil
            return
        }
        var people = OpenIDClientSettings(
            tokens: accepted(openID.clientID),
            scopes: openID.scopes,
            redirectURI: openID.redirectURI,
            name: openID.name
        )
        if let file = openID.secretFile {
            let secret = try SecretFile.read(file, for: .openIDSecretFile)
            people.secret = { secret.reveal() }
        }
        client = OpenIDClient(people, provider: try Self.provider(settings.issuer), keys: keys, logger: logger)
    }

    private static func provider(_ issuer: String) throws -> OpenIDProvider {
        guard let provider = OpenIDProvider(issuer: issuer) else {
            throw KeySetError(.unreachable, "The issuer is not the URL of an OpenID provider")
        }
        return provider
    }
}
