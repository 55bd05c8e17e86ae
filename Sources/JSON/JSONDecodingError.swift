/// One thing that is wrong with a JSON value, and where.
package struct JSONDecodingProblem: Sendable, Hashable {
    /// The place, as a JSON pointer (RFC 6901).
    package let pointer: String
    /// What is wrong, in a sentence for the one who sent it. It never repeats the value.
    package let message: String

    /// A problem at a place.
    package init(pointer: String, message: String) {
        self.pointer = pointer
        self.message = message
    }
}

extension JSONDecodingProblem: CustomStringConvertible {
    package var description: String {
        "\(pointer.isEmpty ? "the whole text" : pointer): \(message)"
    }
}

/// Everything that is wrong with a JSON value that should have had a certain form.
package struct JSONDecodingError: Error, Sendable, Hashable {
    /// The problems in the order they were found; at least one, at most ``JSONReader/maximumProblems``.
    package let problems: [JSONDecodingProblem]

    /// An error of these problems.
    package init(problems: [JSONDecodingProblem]) {
        self.problems = problems
    }
}

extension JSONDecodingError: CustomStringConvertible {
    package var description: String {
        problems.map(\.description).joined(separator: " ")
    }
}
