import Foundation
import HTTPAPI

/// How people sign in to the console by an OpenID provider.
package struct OpenIDSettings: Sendable, Equatable {
    package var clientID: String
    /// Nil for a public client.
    package var secretFile: String?
    package var scopes: [String]
    /// Where the provider leads back to.
    package var redirectURI: String
    /// What it is called.
    package var name: String
}

extension ConfigurationSource {
    /// The settings, or nil where nobody signs in that way.
    mutating func openIDSettings(_ address: PublicAddress?) -> OpenIDSettings? {
        guard let client = text(.openIDClient) else {
            for key in [ConfigurationKey.openIDSecretFile, .openIDScopes, .openIDName] where text(key) != nil {
                refuse(key, "is given without \(ConfigurationKey.openIDClient.variable).")
            }
            return nil
        }
        if !Self.isPlain(client) || client.utf8.count > 200 {
            refuse(.openIDClient, "must have at most 200 characters, of ASCII.")
        }
        if client == text(.tokenAudience) {
            refuse(
                .tokenAudience,
                "must differ from \(ConfigurationKey.openIDClient.variable), or every ID token would be a token of the API. Have the "
                    + "provider give programs an audience of their own, or leave it out where none sign in by it."
            )
        }
        let issuer = text(.tokenIssuer)
        if issuer == nil {
            refuse(.openIDClient, "needs \(ConfigurationKey.tokenIssuer.variable).")
        } else if issuer.flatMap({ OpenIDProvider(issuer: $0) }) == nil {
            refuse(.tokenIssuer, "must be the https:// URL of an OpenID provider for people to sign in by it.")
        }
        if text(.publicURL) == nil { refuse(.openIDClient, "needs \(ConfigurationKey.publicURL.variable).") }
        let name = text(.openIDName) ?? issuer.flatMap { URLComponents(string: $0)?.host } ?? ""
        if name.count > 100 || name.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
            refuse(.openIDName, "must be a name of at most 100 characters on one line.")
        }
        let scopes = scopes()
        guard let address else { return nil }
        return OpenIDSettings(
            clientID: client,
            secretFile: text(.openIDSecretFile),
            scopes: scopes,
            redirectURI: address.description + "/console/sign-in/return",
            name: name
        )
    }

    private mutating func scopes() -> [String] {
        let given = text(orDefault: .openIDScopes).split(separator: " ").map(String.init)
        // RFC 6749, section 3.3.
        if given.contains(where: { !Self.isPlain($0) || $0.contains("\"") || $0.contains("\\") }) || given.count > 20 {
            refuse(.openIDScopes, "must be at most 20 words separated by spaces.")
        }
        return given.contains("openid") ? given : ["openid"] + given
    }

    private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { (0x20...0x7E).contains($0) } }
}
