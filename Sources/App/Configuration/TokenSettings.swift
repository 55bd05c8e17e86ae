package import HTTPAPI

/// How tokens of an outside issuer are checked.
package struct TokenSettings: Sendable, Equatable {
    /// Where the issuer's key set is read.
    package enum KeySet: Sendable, Equatable {
        case file(path: String)
        case url(ProviderURL)
        /// Where the issuer's OpenID configuration says.
        case discovery
    }

    package var keySet: KeySet
    package var issuer: String
    /// Nil where no program signs in by the issuer's tokens, and people alone by its pages.
    package var audience: String?
    package var clockSkew: Duration
    /// For how long keys are good that cannot be read again.
    package var maximumKeyAge: Duration
}

extension ConfigurationSource {
    /// The settings, or nil where no issuer is configured. Half a configuration is an error: tokens would be
    /// accepted that were made for somebody else, or none at all.
    mutating func tokenSettings() -> TokenSettings? {
        let clockSkew = Duration.seconds(integer(.clockSkew, in: 0...300))
        let maximumKeyAge = Duration.seconds(integer(.keySetAge, in: 1...720) * 3_600)
        let place = text(.keySet)
        guard let issuer = text(.tokenIssuer) else {
            for key in [ConfigurationKey.keySet, .tokenAudience] where text(key) != nil {
                refuse(key, "is given without \(ConfigurationKey.tokenIssuer.variable).")
            }
            return nil
        }
        let audience = text(.tokenAudience)
        if audience == nil, text(.openIDClient) == nil {
            refuse(.tokenAudience, "is needed with \(ConfigurationKey.tokenIssuer.variable).")
        }
        guard let keySet = place.map({ keySet($0) }) ?? discovery(issuer) else { return nil }
        return TokenSettings(
            keySet: keySet,
            issuer: issuer,
            audience: audience,
            clockSkew: clockSkew,
            maximumKeyAge: maximumKeyAge
        )
    }

    private mutating func discovery(_ issuer: String) -> TokenSettings.KeySet? {
        if OpenIDProvider(issuer: issuer) != nil { return .discovery }
        refuse(
            .tokenIssuer,
            "must be the https:// URL of an OpenID provider where \(ConfigurationKey.keySet.variable) is not given."
        )
        return nil
    }

    private mutating func keySet(_ place: String) -> TokenSettings.KeySet? {
        if place.hasPrefix("file://") { return .file(path: String(place.dropFirst("file://".count))) }
        guard place.contains("://") else { return .file(path: place) }
        if let url = ProviderURL(place) { return .url(url) }
        refuse(
            .keySet,
            "must be a file or an https:// URL without user name and fragment; http:// only from this machine itself."
        )
        return nil
    }
}
