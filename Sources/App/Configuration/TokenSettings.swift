/// How tokens of an outside issuer are checked.
package struct TokenSettings: Sendable, Equatable {
    /// Where the issuer's key set is read.
    package enum KeySet: Sendable, Equatable {
        case file(path: String)
        case url(String)
    }

    package var keySet: KeySet
    package var issuer: String
    package var audience: String
    package var clockSkew: Duration
}

extension ConfigurationSource {
    /// The settings, or nil where no key set is configured. Half a configuration is an error: tokens would be
    /// accepted that were made for somebody else, or none at all.
    mutating func tokenSettings() -> TokenSettings? {
        let clockSkew = Duration.seconds(integer(.clockSkew, in: 0...300))
        let issuer = text(.tokenIssuer)
        let audience = text(.tokenAudience)
        guard let place = text(.keySet) else {
            if issuer != nil { refuse(.tokenIssuer, "is given without \(ConfigurationKey.keySet.variable).") }
            if audience != nil { refuse(.tokenAudience, "is given without \(ConfigurationKey.keySet.variable).") }
            return nil
        }
        if issuer == nil { refuse(.tokenIssuer, "is needed with \(ConfigurationKey.keySet.variable).") }
        if audience == nil { refuse(.tokenAudience, "is needed with \(ConfigurationKey.keySet.variable).") }
        guard let keySet = keySet(place), let issuer, let audience else { return nil }
        return TokenSettings(keySet: keySet, issuer: issuer, audience: audience, clockSkew: clockSkew)
    }

    private mutating func keySet(_ place: String) -> TokenSettings.KeySet? {
        if place.hasPrefix("https://") { return .url(place) }
        if place.hasPrefix("http://") {
            // Keys that arrive unprotected let anybody on the way sign in as anybody.
            let authority = place.dropFirst("http://".count).prefix { $0 != "/" }
            let local = ["localhost", "127.0.0.1", "[::1]"].contains {
                authority == $0 || authority.hasPrefix("\($0):")
            }
            if local { return .url(place) }
            refuse(.keySet, "must be an https:// URL or a file; http:// only from this machine itself.")
            return nil
        }
        if place.hasPrefix("file://") { return .file(path: String(place.dropFirst("file://".count))) }
        if place.contains("://") {
            refuse(.keySet, "must be an https:// URL or a file.")
            return nil
        }
        return .file(path: place)
    }
}
