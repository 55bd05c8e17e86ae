import HTTPTypes

/// From which web sites pages may connect. Programs that are no browsers send no origin, and are not asked for one.
package struct WebOrigins: Sendable, Hashable {
    private let listed: Set<String>

    /// Origins beside the server's own, such as `https://console.school.example`; nil if one of them is none.
    package init?(_ origins: [String]) {
        let read = origins.compactMap(Self.normal)
        guard read.count == origins.count else { return nil }
        listed = Set(read)
    }

    /// The server's own pages only.
    package static let own = WebOrigins(listed: [])

    private init(listed: Set<String>) { self.listed = listed }

    /// Whether a request comes from no page, or from a page that may: of the host that the request names, or a listed one.
    func admits(_ request: HTTPRequest) -> Bool {
        guard let field = request.headerFields[.origin] else { return true }
        return admits(origin: field, authority: request.authority)
    }

    /// Whether a request comes from a page that may, and says so.
    func isOfPage(_ request: HTTPRequest) -> Bool {
        request.headerFields[.origin].map { admits(origin: $0, authority: request.authority) } ?? false
    }

    /// Whether a page of an origin may send something to a host.
    func admits(origin field: String, authority: String?) -> Bool {
        guard let origin = Self.normal(field) else { return false }
        if listed.contains(origin) { return true }
        // Before a proxy that ends TLS the scheme is not known here; the host and port tell.
        guard let authority = authority?.lowercased() else { return false }
        return ["https://", "http://"].contains { Self.normal($0 + authority) == origin }
    }

    /// `scheme://host[:port]` in lower case without a default port; nil for anything else, and for `null`.
    private static func normal(_ text: String) -> String? {
        let text = text.lowercased()
        for (scheme, port) in [("https://", ":443"), ("http://", ":80")] where text.hasPrefix(scheme) {
            var host = text.dropFirst(scheme.count)
            if host.hasSuffix(port) { host = host.dropLast(port.count) }
            let isHost =
                !host.isEmpty
                && host.utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || ".-:[]_".utf8.contains(byte)
                }
            return isHost ? scheme + host : nil
        }
        return nil
    }
}
