import Foundation

/// An address that keys may be fetched from: https, or http to this machine itself.
///
/// Keys that travel unprotected let anybody on the way sign in as anybody.
package struct ProviderURL: Sendable, Hashable {
    /// The URL as it was given.
    package let text: String
    /// Whether it is https, and not only http to this machine.
    let isProtected: Bool
    /// Whether it has a part after a question mark.
    let hasQuery: Bool

    /// Nil for anything else, and for a URL with a user name, a password or a fragment.
    package init?(_ text: String) {
        // What is not plain ASCII could be read as one host here and as another there.
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }),
            let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.fragment == nil
        else { return nil }
        switch parts.scheme {
        case "https": isProtected = true
        case "http" where ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host): isProtected = false
        default: return nil
        }
        hasQuery = parts.query != nil
        self.text = text
    }

    /// The address with further parameters in its query.
    func adding(_ parameters: [(name: String, value: String)]) -> String {
        text + (hasQuery ? "&" : "?") + FormPairs.encode(parameters)
    }
}
