/// A link that may stand in a file for people: to the web, or to a mailbox.
///
/// Programs that show files follow links of other kinds too, into the machine and its network (`file:`, `smb:`), or run
/// them (`javascript:`). Such texts are no `WebLink`.
package struct WebLink: Sendable, Hashable {
    /// The address in the characters of RFC 3986; every other is percent-encoded, and so are parentheses and
    /// apostrophes, which end strings in the formats that links are written into.
    package let text: String

    /// Reads an address; nil unless it is one of `http`, `https` or `mailto` and says where to.
    package init?(_ address: String) {
        let bytes = address.utf8
        guard bytes.count <= 2_000,
            let scheme = ["https://", "http://", "mailto:"].first(where: { address.lowercased().hasPrefix($0) }),
            bytes.count > scheme.utf8.count
        else { return nil }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        for byte in bytes {
            if Self.isPlain(byte) {
                text.append(byte)
            } else if byte < 0x20 || byte == 0x7f {
                return nil
            } else {
                text += [UInt8(ascii: "%"), Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]]
            }
        }
        self.text = String(decoding: text, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)
    private static let marks = Set("-._~:/?#[]@!$&*+,;=%".utf8)

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: marks.contains(byte)
        }
    }
}
