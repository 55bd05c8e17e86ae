/// A browser that gets pushes: where its push service is, and the keys that messages are encrypted for.
package struct PushReceiver: Sendable, Hashable {
    /// The push service's address for it.
    package let endpoint: String
    /// Its public key on P-256, uncompressed.
    package let publicKey: [UInt8]
    /// The secret of 16 bytes that both share.
    package let secret: [UInt8]

    /// A browser.
    package init(endpoint: String, publicKey: [UInt8], secret: [UInt8]) {
        self.endpoint = endpoint
        self.publicKey = publicKey
        self.secret = secret
    }

    /// The origin of the push service, which a token is made for; nil where the endpoint is no https address.
    package var origin: String? {
        let scheme = "https://"
        guard endpoint.lowercased().hasPrefix(scheme) else { return nil }
        let authority = endpoint.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let isFit = authority.utf8.allSatisfy { byte in
            (97...122).contains(byte | 32) || (48...57).contains(byte) || ".:-[]".utf8.contains(byte)
        }
        guard !authority.isEmpty, isFit else { return nil }
        var host = authority.lowercased()
        if host.hasSuffix(":443") { host.removeLast(4) }
        return scheme + host
    }

    /// The host of the push service, whichever port it is reached by; nil where the endpoint is no https address.
    package var host: String? {
        guard let authority = origin?.dropFirst("https://".count) else { return nil }
        // An IPv6 address stands in brackets, and has colons of its own.
        guard authority.hasPrefix("[") else { return String(authority.prefix { $0 != ":" }) }
        return String(authority.prefix { $0 != "]" }) + "]"
    }
}
