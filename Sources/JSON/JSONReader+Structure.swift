extension JSONReader {
    /// One of the raw values of `Choice`, which has at least one case.
    package mutating func choice<Choice>(_ name: String, of: Choice.Type = Choice.self) -> Choice
    where Choice: RawRepresentable<String> & CaseIterable {
        take(name, required: true).flatMap { choice($0, name) } ?? Choice.allCases[Choice.allCases.startIndex]
    }

    /// One of the raw values of `Choice`, or nil if the member is absent.
    package mutating func choiceIfPresent<Choice>(_ name: String, of: Choice.Type = Choice.self) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        take(name, required: false).flatMap { choice($0, name) }
    }

    /// One of the raw values of `Choice`, or `fallback` if the member is absent.
    package mutating func choice<Choice>(_ name: String, default fallback: Choice) -> Choice
    where Choice: RawRepresentable<String> & CaseIterable {
        take(name, required: false).flatMap { choice($0, name) } ?? fallback
    }

    private mutating func choice<Choice>(_ value: JSONValue, _ name: String) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        if case .string(let text) = value, let choice = Choice(rawValue: text) { return choice }
        let choices = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        refuse(name, "One of these was expected: \(choices).")
        return nil
    }

    /// An array of strings, each within `rule`.
    ///
    /// - Parameter unique: whether an element that comes twice is a problem.
    package mutating func strings(
        _ name: String,
        each rule: StringRule,
        count: ClosedRange<Int>,
        unique: Bool = false
    ) -> [String] {
        take(name, required: true).map { strings($0, name, rule, count, unique) } ?? []
    }

    /// An array of strings, each within `rule`, or nil if the member is absent.
    package mutating func stringsIfPresent(
        _ name: String,
        each rule: StringRule,
        count: ClosedRange<Int>,
        unique: Bool = false
    ) -> [String]? {
        take(name, required: false).map { strings($0, name, rule, count, unique) }
    }

    private mutating func strings(
        _ value: JSONValue,
        _ name: String,
        _ rule: StringRule,
        _ count: ClosedRange<Int>,
        _ unique: Bool
    ) -> [String] {
        var seen: Set<ExactString> = []
        var texts: [String] = []
        for (index, element) in elements(value, name, count).enumerated() {
            guard case .string(let text) = element else {
                refuse(at: "\(pointer(to: name))/\(index)", "A string was expected, not \(element.kind).")
                continue
            }
            if let problem = rule.problem(in: text) {
                refuse(at: "\(pointer(to: name))/\(index)", problem)
            }
            if unique, !seen.insert(ExactString(text)).inserted {
                refuse(at: "\(pointer(to: name))/\(index)", "This element comes twice.")
            }
            texts.append(text)
        }
        return texts
    }

    private mutating func elements(_ value: JSONValue, _ name: String, _ count: ClosedRange<Int>) -> [JSONValue] {
        guard case .array(let elements) = value else {
            refuse(name, "An array was expected, not \(value.kind).")
            return []
        }
        guard count.contains(elements.count) else {
            refuse(
                name,
                "An array of \(count.lowerBound) to \(count.upperBound) elements was expected, not of \(elements.count)."
            )
            return []
        }
        return elements
    }

    /// Any JSON value that takes at most so many bytes when written compactly.
    package mutating func value(_ name: String, maximumBytes: Int = .max) -> JSONValue {
        take(name, required: true).flatMap { sized($0, name, maximumBytes) } ?? .null
    }

    /// Any JSON value that takes at most so many bytes when written compactly, or nil if the member is absent.
    package mutating func valueIfPresent(_ name: String, maximumBytes: Int = .max) -> JSONValue? {
        take(name, required: false).flatMap { sized($0, name, maximumBytes) }
    }

    /// An object with whatever members that takes at most so many bytes when written compactly.
    package mutating func object(_ name: String, maximumBytes: Int = .max) -> JSONObject {
        take(name, required: true).flatMap { object($0, name, maximumBytes) } ?? JSONObject()
    }

    /// An object with whatever members that takes at most so many bytes when written compactly, or nil if the member
    /// is absent.
    package mutating func objectIfPresent(_ name: String, maximumBytes: Int = .max) -> JSONObject? {
        take(name, required: false).flatMap { object($0, name, maximumBytes) }
    }

    private mutating func object(_ value: JSONValue, _ name: String, _ maximumBytes: Int) -> JSONObject? {
        guard case .object(let object) = value else {
            refuse(name, "An object was expected, not \(value.kind).")
            return nil
        }
        return sized(value, name, maximumBytes) == nil ? nil : object
    }

    private mutating func sized(_ value: JSONValue, _ name: String, _ maximumBytes: Int) -> JSONValue? {
        guard maximumBytes == .max || value.byteCount <= maximumBytes else {
            refuse(name, "At most \(maximumBytes) bytes of JSON are allowed here.")
            return nil
        }
        return value
    }

    /// An object that `read` reads; members that it does not ask for are problems. Nil if the member is absent.
    package mutating func nested<Value>(
        _ name: String,
        required: Bool = true,
        _ read: (inout JSONReader) -> Value
    ) -> Value? {
        take(name, required: required).map { nested($0, at: pointer(to: name), read) }
    }

    /// An array of objects, each read by `read`; members that it does not ask for are problems.
    package mutating func list<Value>(
        _ name: String,
        required: Bool = true,
        count: ClosedRange<Int>,
        _ read: (inout JSONReader) -> Value
    ) -> [Value] {
        guard let value = take(name, required: required) else { return [] }
        return elements(value, name, count).enumerated().map { index, element in
            nested(element, at: "\(pointer(to: name))/\(index)", read)
        }
    }

    /// The same, or nil if the member is absent.
    package mutating func listIfPresent<Value>(
        _ name: String,
        count: ClosedRange<Int>,
        _ read: (inout JSONReader) -> Value
    ) -> [Value]? {
        has(name) ? list(name, count: count, read) : nil
    }

    private mutating func nested<Value>(
        _ value: JSONValue,
        at pointer: String,
        _ read: (inout JSONReader) -> Value
    ) -> Value {
        var reader = JSONReader(value, at: pointer)
        let result = read(&reader)
        reader.refuseUnknown()
        adopt(reader.problems)
        return result
    }
}
