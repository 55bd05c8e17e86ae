import JSON

/// Checks an event's fields against their schema before the event is written; reading checks the same by itself.
struct PayloadCheck {
    private var problems: [JSONDecodingProblem] = []

    init() {}

    mutating func string(_ text: String?, _ rule: StringRule, at pointer: String) {
        guard let text, let problem = rule.problem(in: text) else { return }
        problems.append(JSONDecodingProblem(pointer: pointer, message: problem))
    }

    mutating func integer(_ value: Int64?, in range: ClosedRange<Int64>, at pointer: String) {
        guard let value, !range.contains(value) else { return }
        let message = "A whole number from \(range.lowerBound) to \(range.upperBound) was expected."
        problems.append(JSONDecodingProblem(pointer: pointer, message: message))
    }

    mutating func strings(
        _ texts: [String]?,
        each rule: StringRule,
        count: ClosedRange<Int>,
        unique: Bool,
        at pointer: String
    ) {
        guard let texts else { return }
        if !count.contains(texts.count) {
            let message = "An array of \(count.lowerBound) to \(count.upperBound) elements was expected."
            problems.append(JSONDecodingProblem(pointer: pointer, message: message))
        }
        for (index, text) in texts.enumerated() {
            string(text, rule, at: "\(pointer)/\(index)")
        }
        if unique, Set(texts.map(JSONValue.string)).count < texts.count {
            problems.append(JSONDecodingProblem(pointer: pointer, message: "An element comes twice."))
        }
    }

    mutating func elements<Element>(
        _ elements: [Element]?,
        count: ClosedRange<Int>,
        at pointer: String,
        _ check: (Element, inout PayloadCheck, String) -> Void
    ) {
        guard let elements else { return }
        if !count.contains(elements.count) {
            let message = "An array of \(count.lowerBound) to \(count.upperBound) elements was expected."
            problems.append(JSONDecodingProblem(pointer: pointer, message: message))
        }
        for (index, element) in elements.enumerated() { check(element, &self, "\(pointer)/\(index)") }
    }

    mutating func value(_ value: JSONValue?, maximumBytes: Int, at pointer: String) {
        guard let value, value.byteCount > maximumBytes else { return }
        let message = "At most \(maximumBytes) bytes of JSON are allowed here."
        problems.append(JSONDecodingProblem(pointer: pointer, message: message))
    }

    func finish() throws(JSONDecodingError) {
        guard problems.isEmpty else { throw JSONDecodingError(problems: problems) }
    }
}
