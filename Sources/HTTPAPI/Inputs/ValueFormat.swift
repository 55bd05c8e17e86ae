package import JSON
package import Time

/// The form of a parameter's text and the value it stands for.
package struct ValueFormat<Value: Sendable>: Sendable {
    let schema: Schema
    let parse: @Sendable (String) throws(ValueFormatError) -> Value

    /// A form of one's own. `parse` throws with a sentence that follows the parameter's name: "is to be …".
    package init(_ schema: Schema, _ parse: @escaping @Sendable (String) throws(ValueFormatError) -> Value) {
        self.schema = schema
        self.parse = parse
    }
}

/// Why a parameter's text is not acceptable: a sentence that follows the parameter's name.
package struct ValueFormatError: Error, Sendable {
    let detail: String

    /// "is to be …".
    package init(_ detail: String) {
        self.detail = detail
    }
}

extension ValueFormat where Value == String {
    /// Text within a rule.
    package static func text(_ rule: StringRule) -> ValueFormat {
        ValueFormat(.string(rule)) { text throws(ValueFormatError) in
            if let problem = rule.problem(in: text) { throw ValueFormatError("is not acceptable. \(problem)") }
            return text
        }
    }

    /// Text of one line, of so many characters.
    package static func text(_ length: ClosedRange<Int>) -> ValueFormat {
        text(StringRule(length))
    }

    /// An id.
    package static let identifier = text(.identifier)
}

extension ValueFormat where Value == Int64 {
    /// A whole number.
    package static func integer(_ range: ClosedRange<Int64>) -> ValueFormat {
        ValueFormat(.integer(range)) { text throws(ValueFormatError) in
            // Only digits and a minus sign: `Int64` alone would also take `+1`.
            guard let value = Int64(text), text.first != "+", range.contains(value) else {
                throw ValueFormatError("is to be a whole number from \(range.lowerBound) to \(range.upperBound).")
            }
            return value
        }
    }

    /// A position of the log.
    package static let position = integer(0...JSONReader.safeIntegers.upperBound)
}

extension ValueFormat where Value == Int {
    /// A small whole number.
    package static func count(_ range: ClosedRange<Int>) -> ValueFormat {
        let integer = ValueFormat<Int64>.integer(Int64(range.lowerBound)...Int64(range.upperBound))
        return ValueFormat(integer.schema) { text throws(ValueFormatError) in Int(try integer.parse(text)) }
    }
}

extension ValueFormat where Value == Bool {
    /// `true` or `false`.
    package static let boolean = ValueFormat(.boolean) { text throws(ValueFormatError) in
        switch text {
        case "true": return true
        case "false": return false
        default: throw ValueFormatError("is to be true or false.")
        }
    }
}

extension ValueFormat where Value == Timestamp {
    /// An RFC 3339 date and time.
    package static let timestamp = ValueFormat(.timestamp) { text throws(ValueFormatError) in
        guard let value = Timestamp(rfc3339: text) else {
            throw ValueFormatError("is to be a date and time like 2026-01-31T08:30:00Z (a + in it is written %2B).")
        }
        return value
    }
}

extension ValueFormat where Value: RawRepresentable<String> & CaseIterable & Sendable {
    /// One of the raw values of an enumeration.
    package static func choice(_: Value.Type = Value.self) -> ValueFormat {
        ValueFormat(.choice(Value.self)) { text throws(ValueFormatError) in
            guard let value = Value(rawValue: text) else {
                throw ValueFormatError("is to be one of \(Value.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            return value
        }
    }
}

extension ValueFormat {
    /// Several values, separated by commas.
    package static func list<Element>(
        of element: ValueFormat<Element>,
        atMost maximum: Int = 100
    ) -> ValueFormat where Value == [Element] {
        ValueFormat(.array(of: element.schema, count: 1...maximum)) { text throws(ValueFormatError) in
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            guard parts.count <= maximum else { throw ValueFormatError("has more than \(maximum) entries.") }
            var values: [Element] = []
            for part in parts { values.append(try element.parse(String(part))) }
            return values
        }
    }
}
