package import JSON

/// Why something is not an event that the catalogue knows.
package struct EventError: Error, Sendable, Hashable {
    /// The kind of fault.
    package enum Code: Sendable, Hashable {
        /// There is no such type.
        case unknownType
        /// The type has no such schema version in this build.
        case unknownVersion
        /// The data or the personal document is not as the schema says.
        case invalid
    }

    /// The kind of fault.
    package let code: Code
    /// What is wrong and what to do, in a sentence.
    package let message: String
    /// What is wrong in the documents; pointers begin with `/data`, `/personal`, `/type` or `/schemaVersion`.
    package let problems: [JSONDecodingProblem]

    init(_ code: Code, _ message: String, problems: [JSONDecodingProblem]) {
        self.code = code
        self.message = message
        self.problems = problems
    }

    init(_ code: Code, _ message: String, at pointer: String) {
        self.init(code, message, problems: [JSONDecodingProblem(pointer: pointer, message: message)])
    }
}

extension EventError: CustomStringConvertible {
    package var description: String {
        guard code == .invalid else { return message }
        return ([message] + problems.map(\.description)).joined(separator: " ")
    }
}
