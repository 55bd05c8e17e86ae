import OpenSSL

/// The id by which everything that one request caused can be found: the trace id of W3C Trace Context.
package struct TraceID: Sendable, Hashable {
    /// 32 lower-case hexadecimal digits, not all zero.
    package let text: String

    /// Reads a trace id.
    package init?(_ text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy(Self.isHexadecimal),
            text.utf8.contains(where: { $0 != UInt8(ascii: "0") })
        else { return nil }
        self.text = text
    }

    /// Reads the trace id from a `traceparent` header (W3C Trace Context, section 3.2).
    ///
    /// Of later versions than 00 the known part is read, as the standard asks. A header that does not follow it gives
    /// nil; then the trace begins anew.
    package init?(traceparent header: String) {
        let parts = header.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[2].utf8.count == 16, parts[3].utf8.count == 2,
            parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            [parts[0], parts[2], parts[3]].allSatisfy({ $0.utf8.allSatisfy(Self.isHexadecimal) }),
            parts[2].utf8.contains(where: { $0 != UInt8(ascii: "0") })
        else { return nil }
        self.init(String(parts[1]))
    }

    private init(random bytes: [UInt8]) {
        text = Hex.encode(bytes)
    }

    /// A new random trace id.
    package static func generate() -> TraceID {
        let bytes = (try? SecureRandom.bytes(16)) ?? (0..<16).map { _ in UInt8.random(in: 0...255) }
        return bytes.allSatisfy { $0 == 0 } ? generate() : TraceID(random: bytes)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}

extension TraceID: CustomStringConvertible {
    package var description: String { text }
}
