package import Addresses
package import HTTPTypes
package import NIOCore

/// The reverse proxies whose word is taken for where a request comes from.
package struct TrustedProxies: Sendable, Hashable {
    private let networks: [IPNetwork]

    /// Proxies in these networks; by default there are none, and nobody's word is taken.
    package init(_ networks: [IPNetwork] = []) {
        self.networks = networks
    }

    private func contains(_ address: IPAddress) -> Bool { networks.contains { $0.contains(address) } }

    /// Where a request comes from: the connection's other end, or behind trusted proxies the right-most address, in
    /// `Forwarded` (RFC 7239) or `X-Forwarded-For`, that is not one of theirs.
    ///
    /// Only what a trusted proxy wrote is believed: whatever stands left of the first address that is not trusted is the
    /// client's own word. A proxy writes one of the two fields and passes on the other as the client sent it, so that
    /// where both are there and disagree neither is believed.
    package func client(of headers: HTTPFields, peer: IPAddress?) -> IPAddress? {
        guard let peer, !networks.isEmpty, contains(peer) else { return peer }
        let forwarded = headers[.forwarded].map { walk(Self.elements(ofForwarded: $0), from: peer) }
        let list = headers[.forwardedFor].map { walk(Self.elements(ofList: $0), from: peer) }
        switch (forwarded, list) {
        case (let one?, let other?): return one == other ? one : peer
        case (let one?, nil): return one
        case (nil, let other?): return other
        case (nil, nil): return peer
        }
    }

    /// From the right to the first that is not trusted; what is no address ends the walk.
    private func walk(_ elements: [Substring?], from peer: IPAddress) -> IPAddress {
        var nearest = peer
        for element in elements.reversed() {
            guard let element, let address = Self.address(element) else { return nearest }
            nearest = address
            if !contains(address) { return address }
        }
        return nearest
    }

    private static func elements(ofList field: String) -> [Substring?] {
        field.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed }
    }

    private static func elements(ofForwarded field: String) -> [Substring?] {
        field.split(separator: ",", omittingEmptySubsequences: false).map { element in
            let node = element.split(separator: ";").map(\.trimmed).first { $0.lowercased().hasPrefix("for=") }
            guard var node = node?.dropFirst(4) else { return nil }
            if node.count >= 2, node.first == "\"", node.last == "\"" { node = node.dropFirst().dropLast() }
            return node
        }
    }

    /// An address as proxies write it: with a port or without, of IPv6 in brackets or not.
    private static func address(_ text: Substring) -> IPAddress? {
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            return IPAddress(text[text.index(after: text.startIndex)..<end])
        }
        if let address = IPAddress(text) { return address }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty, parts[1].allSatisfy(\.isNumber) else { return nil }
        return IPAddress(parts[0])
    }
}

extension IPAddress {
    /// The address of a socket; nil for one of a file.
    package init?(_ socket: SocketAddress?) {
        switch socket {
        case .v4(let socket): self.init(v4: UInt32(bigEndian: socket.address.sin_addr.s_addr))
        case .v6(let socket):
            var bytes = socket.address.sin6_addr
            self = withUnsafeBytes(of: &bytes) { IPAddress(bytes: $0) }
        case .unixDomainSocket, nil: return nil
        }
    }
}
