/// Lines of Swift as `swift format` would leave them.
struct SwiftSource {
    private static let width = 120

    private(set) var lines: [String] = []
    private var depth = 0

    /// The whole text, ending in one newline.
    var text: String {
        lines.joined(separator: "\n") + "\n"
    }

    mutating func line(_ text: String = "") {
        lines.append(text.isEmpty ? "" : String(repeating: "    ", count: depth) + text)
    }

    /// A line that ends in `{`, what `body` writes, and the closing brace.
    mutating func block(_ opening: String, _ body: (inout SwiftSource) -> Void) {
        line(opening + " {")
        indented(body)
        line("}")
    }

    mutating func indented(_ body: (inout SwiftSource) -> Void) {
        depth += 1
        body(&self)
        depth -= 1
    }

    /// A documentation comment, broken at spaces.
    mutating func doc(_ text: String) {
        for line in wrapped(text) { self.line("/// " + line) }
    }

    private func wrapped(_ text: String) -> [String] {
        let room = Self.width - depth * 4 - 4
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= room {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    /// A call on one line if it fits, else with an argument a line.
    mutating func call(_ head: String, _ arguments: [String], tail: String = "") {
        let short = "\(head)(\(arguments.joined(separator: ", ")))\(tail)"
        guard short.count + depth * 4 > Self.width else { return line(short) }
        line(head + "(")
        indented { source in
            for (index, argument) in arguments.enumerated() {
                source.line(argument + (index + 1 < arguments.count ? "," : ""))
            }
        }
        line(")" + tail)
    }

    /// A condition of terms and one statement: on one line if they fit, else filled as the formatter does.
    mutating func condition(_ keyword: String, _ terms: [String], joinedBy sign: String, then statement: String) {
        let short = "\(keyword) \(terms.joined(separator: " \(sign) ")) { \(statement) }"
        guard short.count + depth * 4 > Self.width else { return line(short) }
        var filled: [String] = []
        var current = "\(keyword) \(terms[0])"
        for term in terms.dropFirst() {
            let indentation = filled.isEmpty ? depth * 4 : depth * 4 + 4
            if current.count + term.count + sign.count + 2 + indentation > Self.width {
                filled.append(current)
                current = "\(sign) \(term)"
            } else {
                current += " \(sign) \(term)"
            }
        }
        filled.append(current)
        if filled.count == 1, filled[0].count + 2 + depth * 4 <= Self.width {
            line(filled[0] + " {")
        } else {
            line(filled[0])
            indented { source in for rest in filled.dropFirst() { source.line(rest) } }
            line("{")
        }
        indented { $0.line(statement) }
        line("}")
    }

    /// A labelled string in a list of arguments; on a line of its own if it does not fit beside the label.
    mutating func labelled(_ label: String, _ text: String) {
        let literal = Self.literal(text)
        guard label.count + literal.count + 3 + depth * 4 > Self.width else { return line("\(label): \(literal),") }
        line("\(label):")
        indented { $0.line(literal + ",") }
    }

    /// A string literal.
    static func literal(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
