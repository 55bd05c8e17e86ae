/// A set of Unicode scalars, written like the bracket expression of a regular expression.
///
/// JSON Schemas bound their strings by patterns of the one form `^[…]*$`; this is what stands between the brackets:
/// single characters, ranges, a leading `^` to negate, and the escapes `\uXXXX`, `\\`, `\]`, `\-`, `\^`.
package struct AllowedCharacters: Sendable, Hashable {
    /// The bracket expression without its brackets.
    package let expression: String

    private var lowASCII: UInt64 = 0
    private var highASCII: UInt64 = 0
    private var ranges: [ClosedRange<UInt32>] = []
    private var isNegated = false

    /// Every character.
    package static let any = AllowedCharacters(#"^\u0000"#)
    /// A single line of text: no control characters, no line or paragraph separators, and none of the marks that
    /// turn the direction of the text around and so make it show as something else.
    package static let line = AllowedCharacters(
        #"^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069"#
    )
    /// Text with line breaks and tabs, otherwise as ``line``.
    package static let text = AllowedCharacters(
        #"^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069"#
    )
    /// Lower-case hexadecimal digits.
    package static let hexadecimal = AllowedCharacters("0-9a-f")
    /// The base64 alphabet with its padding (RFC 4648, section 4).
    package static let base64 = AllowedCharacters("A-Za-z0-9+/=")

    /// The characters of a bracket expression.
    package init(_ expression: String) {
        self.expression = expression
        var scalars = expression.unicodeScalars[...]
        if scalars.first == "^" {
            isNegated = true
            scalars.removeFirst()
        }
        while let first = Self.next(in: &scalars) {
            var last = first
            if scalars.first == "-", scalars.count > 1 {
                scalars.removeFirst()
                last = Self.next(in: &scalars) ?? first
            }
            ranges.append(min(first, last)...max(first, last))
        }
        for scalar in UInt32(0)..<128 where allows(scalar) {
            if scalar < 64 { lowASCII |= 1 << UInt64(scalar) } else { highASCII |= 1 << UInt64(scalar - 64) }
        }
    }

    private static func next(in scalars: inout Substring.UnicodeScalarView.SubSequence) -> UInt32? {
        guard let scalar = scalars.popFirst() else { return nil }
        guard scalar == "\\", let escaped = scalars.popFirst() else { return scalar.value }
        guard escaped == "u", scalars.count >= 4, let value = UInt32(String(scalars.prefix(4)), radix: 16) else {
            return escaped.value
        }
        scalars.removeFirst(4)
        return value
    }

    private func allows(_ scalar: UInt32) -> Bool {
        ranges.contains { $0.contains(scalar) } != isNegated
    }

    /// The first character of `text` that does not belong to the set.
    package func firstRefused(in text: String) -> Unicode.Scalar? {
        let isPlain = text.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.allSatisfy { byte in
                byte < 64 ? lowASCII >> UInt64(byte) & 1 == 1 : byte < 128 && highASCII >> UInt64(byte - 64) & 1 == 1
            }
        }
        guard isPlain != true else { return nil }
        return text.unicodeScalars.first { !allows($0.value) }
    }
}
