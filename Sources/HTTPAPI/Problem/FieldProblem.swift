import JSON

/// What is wrong with one part of a request: an entry of the `errors` member of a problem.
package struct FieldProblem: Sendable, Hashable {
    /// The part of the request that is at fault.
    package enum Location: String, Sendable, Hashable {
        case body, query, path, header
    }

    /// The part of the request that is at fault.
    package let location: Location
    /// The place within that part as a JSON pointer: a member of the body, or `/name` of a parameter or header field.
    package let pointer: String
    /// What is wrong, and what would be right.
    package let detail: String

    /// A fault at a place of the body.
    package init(pointer: String, _ detail: String) {
        location = .body
        self.pointer = pointer
        self.detail = detail
    }

    /// A fault of a named parameter.
    package init(_ location: Location, _ name: String, _ detail: String) {
        self.location = location
        pointer = JSONPointer(tokens: [name]).description
        self.detail = detail
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("in", location.rawValue)
            writer.member("pointer", pointer)
            writer.member("detail", detail)
        }
    }
}
