import OpenSSL
import Synchronization

/// The trace that a request belongs to (W3C Trace Context). Its trace id is the correlation id of all that follows.
struct TraceContext: Sendable, Hashable {
    private static let headerLength = 55

    /// 32 lower-case hexadecimal digits.
    let traceID: String
    /// The id of this server's part, 16 digits.
    let spanID: String
    private let isSampled: Bool

    /// Goes on with the trace that `traceparent` names, or begins one where it is missing or malformed.
    init(traceparent: String?) {
        let (first, second, third) = TraceRandom.next()
        spanID = Self.hex(third == 0 ? 1 : third)
        if let traceparent, let parent = Self.parse(traceparent) {
            (traceID, isSampled) = parent
        } else {
            traceID = Self.hex(first, second == 0 ? 1 : second)
            isSampled = true
        }
    }

    /// What goes out.
    var traceparent: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }

    private static func parse(_ text: String) -> (String, Bool)? {
        var text = text
        return text.withUTF8 { bytes -> (String, Bool)? in
            // A later version may be longer, and is read as version 00 (section 4.3 of the recommendation).
            guard bytes.count >= headerLength, isHex(bytes[0..<2]), isHex(bytes[3..<35]), isHex(bytes[36..<52]),
                isHex(bytes[53..<55]), bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
                !(bytes[0] == UInt8(ascii: "f") && bytes[1] == UInt8(ascii: "f")),
                bytes.count == headerLength
                    || (bytes[headerLength] == dash && !(bytes[0] == zero && bytes[1] == zero)),
                !bytes[3..<35].allSatisfy({ $0 == zero }), !bytes[36..<52].allSatisfy({ $0 == zero })
            else { return nil }
            let flags = bytes[54]
            let low = flags <= UInt8(ascii: "9") ? flags - zero : flags - UInt8(ascii: "a") + 10
            return (String(decoding: bytes[3..<35], as: UTF8.self), low & 1 == 1)
        }
    }

    private static let dash = UInt8(ascii: "-")
    private static let zero = UInt8(ascii: "0")

    private static func isHex(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        bytes.allSatisfy { ($0 >= zero && $0 <= UInt8(ascii: "9")) || ($0 >= 0x61 && $0 <= 0x66) }
    }

    private static func hex(_ word: UInt64) -> String {
        withUnsafeBytes(of: word.bigEndian) { Hex.encode($0) }
    }

    private static func hex(_ first: UInt64, _ second: UInt64) -> String {
        withUnsafeBytes(of: (first.bigEndian, second.bigEndian)) { Hex.encode($0) }
    }
}

/// Numbers for ids that have to be unique, not secret: a counter from a random start, mixed by SplitMix64 (Steele et
/// al., 2014). A system call for each request would cost more than all the rest of the tracing.
private enum TraceRandom {
    private static let counter = Atomic<UInt64>(UInt64.random(in: .min ... .max))
    private static let salt = UInt64.random(in: .min ... .max)
    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    static func next() -> (UInt64, UInt64, UInt64) {
        let start = counter.wrappingAdd(step &* 3, ordering: .relaxed).oldValue
        return (mix(start ^ salt), mix(start &+ step), mix(start &+ step &* 2))
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
