/// A range of addresses by its first bits (RFC 4632, RFC 4291): `10.0.0.0/8`, `fd00::/8`, or one address alone.
package struct IPNetwork: Sendable, Hashable {
    private let first: IPAddress
    private let highMask: UInt64
    private let lowMask: UInt64

    /// Reads a range. Bits beyond the prefix have to be zero: one who writes others means something else.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = IPAddress(parts[0]) else { return nil }
        let width = address.isV4 && !parts[0].contains(":") ? 32 : 128
        var length = width
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let given = Int(parts[1]), (0...width).contains(given)
            else { return nil }
            length = given
        }
        length += 128 - width
        highMask = Self.mask(min(length, 64))
        lowMask = Self.mask(max(0, length - 64))
        guard address.high & ~highMask == 0, address.low & ~lowMask == 0 else { return nil }
        first = address
    }

    /// Whether an address lies in it.
    package func contains(_ address: IPAddress) -> Bool {
        address.high & highMask == first.high && address.low & lowMask == first.low
    }

    private static func mask(_ bits: Int) -> UInt64 { bits == 0 ? 0 : ~0 << UInt64(64 - bits) }
}
