import JSON

/// What an OpenID provider says of itself (OpenID Connect Discovery 1.0, section 3; RFC 8414, section 2).
struct ProviderConfiguration: Sendable {
    /// How clients show who they are at the token endpoint (OpenID Connect Core 1.0, section 9).
    enum ClientAuthentication: String, Sendable, CaseIterable {
        /// By the field `Authorization`.
        case basic = "client_secret_basic"
        /// By the form itself.
        case post = "client_secret_post"
    }

    private let document: JSONObject
    private let issuer: ProviderURL

    /// Reads a configuration.
    ///
    /// - Throws: where it is none, or that of somebody else: a provider could speak for another (section 4.3).
    init(_ bytes: [UInt8], of issuer: ProviderURL) throws(KeySetError) {
        guard let document = try? JSONValue(parsing: bytes).object else {
            throw KeySetError(.malformed, "The provider's configuration is not a JSON object")
        }
        guard document["issuer"]?.string?.hasSameBytes(as: issuer.text) == true else {
            throw KeySetError(.malformed, "The provider's configuration is that of another issuer")
        }
        self.document = document
        self.issuer = issuer
    }

    /// Where the keys are.
    var keySetURL: ProviderURL { get throws(KeySetError) { try url("jwks_uri") } }

    /// Where people show the provider who they are.
    var authorizationEndpoint: ProviderURL { get throws(KeySetError) { try url("authorization_endpoint") } }

    /// Where a code is exchanged for an ID token.
    var tokenEndpoint: ProviderURL { get throws(KeySetError) { try url("token_endpoint") } }

    /// Where people sign out at the provider (OpenID Connect RP-Initiated Logout 1.0, section 2.1); nil where they cannot be led
    /// there.
    var endSessionEndpoint: ProviderURL? { try? url("end_session_endpoint") }

    /// Whether it names itself in each answer (RFC 9207, section 3).
    var namesItself: Bool { document["authorization_response_iss_parameter_supported"]?.bool == true }

    /// How a client with a secret shows it; nil if the provider takes it in no way that is known here.
    var clientAuthentication: ClientAuthentication? {
        guard let methods = document["token_endpoint_auth_methods_supported"] else { return .basic }
        let names = methods.array?.compactMap(\.string) ?? []
        return ClientAuthentication.allCases.first { names.contains($0.rawValue) }
    }

    private func url(_ name: String) throws(KeySetError) -> ProviderURL {
        guard let url = document[name]?.string.flatMap(ProviderURL.init), url.isProtected || !issuer.isProtected else {
            throw KeySetError(.malformed, "The provider's configuration names no https:// URL as its \(name)")
        }
        return url
    }
}
