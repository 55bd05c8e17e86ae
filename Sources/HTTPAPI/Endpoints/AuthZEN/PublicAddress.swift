import JSON

/// The https origin under which clients reach the server: `https://daybook.example`, with a port where it is not 443.
package struct PublicAddress: Sendable, Hashable, CustomStringConvertible {
    /// The origin, without a slash at its end.
    package let description: String

    /// Reads an https URL; nil if it is not one, or has a user, a path, a query or a fragment.
    package init?(url: String) {
        guard url.lowercased().hasPrefix("https://") else { return nil }
        var authority = url.dropFirst("https://".count)
        if authority.last == "/" { authority.removeLast() }
        self.init(authority: String(authority))
    }

    /// The origin of a host and, if need be, a port, as a `Host` field has them; nil if that is not what it says.
    package init?(authority: String) {
        guard authority.utf8.count <= 300, Self.isAuthority(authority[...]) else { return nil }
        description = "https://" + authority
    }

    private static func isAuthority(_ text: Substring) -> Bool {
        var host = text
        if let colon = text.lastIndex(of: ":"), text.last != "]" {
            let port = text[text.index(after: colon)...]
            guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(port),
                (1...65_535).contains(number)
            else { return false }
            host = text[..<colon]
        }
        if host.first == "[", host.last == "]" {
            let address = host.dropFirst().dropLast()
            return address.contains(":") && address.utf8.allSatisfy { isHex($0) || $0 == 0x3A || $0 == 0x2E }
        }
        return !host.isEmpty
            && host.split(separator: ".", omittingEmptySubsequences: false)
                .allSatisfy { label in
                    !label.isEmpty && label.first != "-" && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2D }
                }
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

/// The host that a request was sent to, as the client says.
struct HostInput: EndpointInput {
    func describe(in operation: inout OperationDescription) {}

    func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) -> String? {
        request.authority ?? ""
    }
}
