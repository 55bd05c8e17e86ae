package import Addresses
package import RateLimiting

/// How requests are limited.
package struct LimitSettings: Sendable, Equatable {
    /// Whether they are.
    package enum Enforcement: String, Sendable, CaseIterable {
        /// They are.
        case on
        /// They are not; limits can still be read and set.
        case off
    }

    /// Whether they are.
    package var enforcement: Enforcement
    /// What is done where Redis is configured and cannot be reached, and by how many replicas.
    package var limiter: RateLimitSettings
    /// Whose word is taken for where a request comes from.
    package var trustedProxies: [IPNetwork]
}

extension ConfigurationSource {
    mutating func limitSettings() -> LimitSettings {
        LimitSettings(
            enforcement: choice(.rateLimits, LimitSettings.Enforcement.allCases, named: \.rawValue) ?? .on,
            limiter: RateLimitSettings(
                withoutShared: choice(
                    .rateLimitsWithoutRedis,
                    RateLimitSettings.WithoutShared.allCases,
                    named: \.rawValue
                ) ?? .local,
                replicas: integer(.replicas, in: 1...1_000)
            ),
            trustedProxies: networks(.trustedProxies)
        )
    }

    /// Networks separated by commas.
    mutating func networks(_ key: ConfigurationKey) -> [IPNetwork] {
        guard let text = text(key) else { return [] }
        let parts = text.split { $0 == "," || $0.isWhitespace }
        let networks = parts.compactMap { IPNetwork($0) }
        if networks.count != parts.count || parts.count > 100 {
            refuse(key, "must be addresses or networks such as 10.0.0.0/8, separated by commas, 100 at most.")
        }
        return networks
    }
}
