package import Time

// Each kind of member comes as required, as optional (`…IfPresent`) and with a default for when it is absent.

extension JSONReader {
    /// Whole numbers that every JSON implementation keeps exactly (RFC 8259, section 6).
    package static let safeIntegers: ClosedRange<Int64> = -9_007_199_254_740_991...9_007_199_254_740_991

    /// A string within `rule`.
    package mutating func string(_ name: String, _ rule: StringRule) -> String {
        take(name, required: true).flatMap { string($0, name, rule) } ?? ""
    }

    /// A string within `rule`, or nil if the member is absent.
    package mutating func stringIfPresent(_ name: String, _ rule: StringRule) -> String? {
        take(name, required: false).flatMap { string($0, name, rule) }
    }

    /// A string within `rule`, or `fallback` if the member is absent.
    package mutating func string(_ name: String, _ rule: StringRule, default fallback: String) -> String {
        take(name, required: false).flatMap { string($0, name, rule) } ?? fallback
    }

    private mutating func string(_ value: JSONValue, _ name: String, _ rule: StringRule) -> String? {
        guard case .string(let text) = value else {
            refuse(name, "A string was expected, not \(value.kind).")
            return nil
        }
        if let problem = rule.problem(in: text) { refuse(name, problem) }
        return text
    }

    /// A whole number within `range`.
    package mutating func integer(_ name: String, in range: ClosedRange<Int64> = safeIntegers) -> Int64 {
        take(name, required: true).flatMap { integer($0, name, range) } ?? 0
    }

    /// A whole number within `range`, or nil if the member is absent.
    package mutating func integerIfPresent(_ name: String, in range: ClosedRange<Int64> = safeIntegers) -> Int64? {
        take(name, required: false).flatMap { integer($0, name, range) }
    }

    /// A whole number within `range`, or `fallback` if the member is absent.
    package mutating func integer(
        _ name: String,
        in range: ClosedRange<Int64> = safeIntegers,
        default fallback: Int64
    ) -> Int64 {
        take(name, required: false).flatMap { integer($0, name, range) } ?? fallback
    }

    private mutating func integer(_ value: JSONValue, _ name: String, _ range: ClosedRange<Int64>) -> Int64? {
        guard case .number(let number) = value else {
            refuse(name, "A whole number was expected, not \(value.kind).")
            return nil
        }
        guard let integer = number.int64, range.contains(integer) else {
            refuse(
                name,
                "A whole number from \(range.lowerBound) to \(range.upperBound) was expected, without fraction or exponent."
            )
            return nil
        }
        return integer
    }

    /// A number that a `Double` can hold.
    package mutating func number(_ name: String) -> Double {
        take(name, required: true).flatMap { number($0, name) } ?? 0
    }

    private mutating func number(_ value: JSONValue, _ name: String) -> Double? {
        guard case .number(let number) = value, number.double.isFinite else {
            refuse(name, "A number was expected, not \(value.kind == "a number" ? "one of this size" : value.kind).")
            return nil
        }
        return number.double
    }

    /// A boolean.
    package mutating func bool(_ name: String) -> Bool {
        take(name, required: true).flatMap { bool($0, name) } ?? false
    }

    /// A boolean, or nil if the member is absent.
    package mutating func boolIfPresent(_ name: String) -> Bool? {
        take(name, required: false).flatMap { bool($0, name) }
    }

    /// A boolean, or `fallback` if the member is absent.
    package mutating func bool(_ name: String, default fallback: Bool) -> Bool {
        take(name, required: false).flatMap { bool($0, name) } ?? fallback
    }

    private mutating func bool(_ value: JSONValue, _ name: String) -> Bool? {
        guard case .bool(let bool) = value else {
            refuse(name, "true or false was expected, not \(value.kind).")
            return nil
        }
        return bool
    }

    /// A moment, as an RFC 3339 string.
    package mutating func timestamp(_ name: String) -> Timestamp {
        take(name, required: true).flatMap { timestamp($0, name) } ?? .epoch
    }

    /// A moment, as an RFC 3339 string, or nil if the member is absent.
    package mutating func timestampIfPresent(_ name: String) -> Timestamp? {
        take(name, required: false).flatMap { timestamp($0, name) }
    }

    private mutating func timestamp(_ value: JSONValue, _ name: String) -> Timestamp? {
        guard case .string(let text) = value else {
            refuse(name, "A date and time was expected, not \(value.kind).")
            return nil
        }
        guard let timestamp = Timestamp(rfc3339: text) else {
            refuse(
                name,
                "A date and time like 2026-01-31T08:30:00Z was expected (RFC 3339, at most six fractional digits)."
            )
            return nil
        }
        return timestamp
    }

    /// A day, as an RFC 3339 `full-date`.
    package mutating func day(_ name: String) -> CalendarDay {
        take(name, required: true).flatMap { day($0, name) } ?? CalendarDay(daysSinceEpoch: 0)
    }

    /// A day, as an RFC 3339 `full-date`, or nil if the member is absent.
    package mutating func dayIfPresent(_ name: String) -> CalendarDay? {
        take(name, required: false).flatMap { day($0, name) }
    }

    private mutating func day(_ value: JSONValue, _ name: String) -> CalendarDay? {
        guard case .string(let text) = value, let day = CalendarDay(text) else {
            refuse(name, "A day of the calendar like \"2026-01-31\" was expected.")
            return nil
        }
        return day
    }
}
