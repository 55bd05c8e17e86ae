/// Why an export is not made, not shown or not handed out.
package struct ExportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What stands in the way.
    package enum Code: Sendable, Hashable {
        /// There is no such thing, or none that the asker may know of.
        case notFound
        /// Parts of what was asked for are not acceptable.
        case invalid([Problem])
        /// A permission is missing.
        case forbidden(permission: String, branch: String?)
        /// It would be more than may be asked for.
        case tooLarge
        /// Too many wait already.
        case tooMany
        /// It is not in the state for that: not made yet, or removed.
        case conflict
        /// The file was removed.
        case gone
        /// A read model is behind the log, or where files are kept cannot be reached.
        case unavailable
        /// A file is not what was written.
        case damaged
    }

    /// What is wrong with a part of what was asked for.
    package struct Problem: Sendable, Hashable {
        /// A JSON pointer to it.
        package var pointer: String
        /// A sentence about it.
        package var message: String

        /// A problem and where it is.
        package init(_ pointer: String, _ message: String) {
            self.pointer = pointer
            self.message = message
        }
    }

    /// What stands in the way.
    package var code: Code
    /// A sentence for whoever asked.
    package var message: String

    /// An error and its sentence.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// What is wrong with what was asked for.
    package init(problems: [Problem]) {
        self.init(
            .invalid(problems),
            problems.count == 1 ? problems[0].message : "\(problems.count) parts of the request are not acceptable."
        )
    }

    /// The sentence.
    package var description: String {
        guard case .invalid(let problems) = code else { return message }
        return problems.map { $0.pointer.isEmpty ? $0.message : "\($0.pointer): \($0.message)" }.joined(separator: "\n")
    }
}
