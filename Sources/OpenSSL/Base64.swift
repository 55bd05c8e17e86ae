/// Base 64 (RFC 4648): the standard alphabet padded (section 4), the URL-safe one unpadded (section 5).
///
/// Reading is strict, so that each value has exactly one text: no white space, the padding that the alphabet
/// asks for, and no stray bits in the last digit.
package enum Base64 {
    /// Which digits there are for 62 and 63, and whether the end is padded.
    package enum Alphabet: Sendable {
        /// `+` and `/`, padded with `=` to a multiple of four digits.
        case standard
        /// `-` and `_`, not padded.
        case urlSafe
    }

    private static let standardDigits = [UInt8](
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )
    private static let urlSafeDigits = [UInt8](
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
    )
    private static let standardValues = values(of: standardDigits)
    private static let urlSafeValues = values(of: urlSafeDigits)
    private static let notADigit: UInt8 = 0xff
    private static let padding = UInt8(ascii: "=")

    private static func values(of digits: [UInt8]) -> [UInt8] {
        var values = [UInt8](repeating: notADigit, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }

    /// The one text of some bytes.
    package static func encode(_ bytes: UnsafeRawBufferPointer, _ alphabet: Alphabet = .standard) -> String {
        let digits = alphabet == .standard ? standardDigits : urlSafeDigits
        return String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { output in
            var written = 0
            func write(_ digit: UInt8) {
                output[written] = digit
                written += 1
            }
            var index = 0
            while index < bytes.count {
                let count = min(3, bytes.count - index)
                var group: UInt32 = 0
                for offset in 0..<3 {
                    group = group << 8 | (offset < count ? UInt32(bytes[index + offset]) : 0)
                }
                for offset in 0...count { write(digits[Int(group >> (18 - 6 * UInt32(offset)) & 63)]) }
                if alphabet == .standard {
                    for _ in count..<3 { write(padding) }
                }
                index += 3
            }
            return written
        }
    }

    /// The one text of some bytes.
    package static func encode(_ bytes: [UInt8], _ alphabet: Alphabet = .standard) -> String {
        bytes.withUnsafeBytes { encode($0, alphabet) }
    }

    /// The bytes of a canonical encoding; nil for anything else.
    package static func decode(_ text: some StringProtocol, _ alphabet: Alphabet = .standard) -> [UInt8]? {
        let values = alphabet == .standard ? standardValues : urlSafeValues
        var digits = [UInt8](text.utf8)
        if alphabet == .standard {
            guard digits.count.isMultiple(of: 4) else { return nil }
            for _ in 0..<2 where digits.last == padding { digits.removeLast() }
        }
        guard digits.count % 4 != 1 else { return nil }

        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count * 3 / 4)
        var pending: UInt32 = 0
        var pendingBits: UInt32 = 0
        for digit in digits {
            let value = values[Int(digit)]
            guard value != notADigit else { return nil }
            pending = pending << 6 | UInt32(value)
            pendingBits += 6
            if pendingBits >= 8 {
                pendingBits -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> pendingBits))
                pending &= (1 << pendingBits) - 1
            }
        }
        return pending == 0 ? bytes : nil
    }
}
