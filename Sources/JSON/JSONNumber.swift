/// A JSON number as its exact text, so that nothing is lost to binary floating point on the way through.
///
/// Equality is equality of texts: `1.0` and `1` are different facts here.
package struct JSONNumber: Sendable, Hashable {
    /// The digits as written; always valid by the grammar of RFC 8259, section 6.
    package let text: String

    /// For the parser, which has checked the grammar.
    init(checkedText: String) {
        text = checkedText
    }

    /// The whole number.
    package init(_ value: some BinaryInteger) {
        text = String(value)
    }

    /// The number's shortest text that reads back as the same `Double`; nil for infinities and NaN, which JSON lacks.
    package init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = value.description
    }

    /// Reads a number's text; nil unless the whole of it follows RFC 8259, section 6.
    package init?(text: String) {
        guard case .number(let number)? = try? JSONValue(parsing: text), number.text == text else { return nil }
        self = number
    }

    /// The whole number, if it is written without fraction and exponent and fits 64 bits.
    package var int64: Int64? { Int64(text) }

    /// The nearest `Double`; infinite beyond its range.
    package var double: Double { Double(text) ?? .nan }
}

extension JSONNumber: CustomStringConvertible {
    package var description: String { text }
}
