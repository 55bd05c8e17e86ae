/// Why a fact is not recorded. Nothing of it is kept.
package struct FactRefusal: Error, Sendable, Hashable {
    /// What stands in the way.
    package enum Code: Sendable, Hashable {
        /// The type does not come from outside.
        case unknownType
        /// What was sent is not what the schema says; `problems` names every place.
        case invalid
        /// It happened in the future.
        case future
        /// It names something that is not there.
        case unknownReference
        /// What it begins is there already.
        case exists
        /// The thing does not stand so that this can be said of it.
        case standing
        /// The same source and id were recorded with other content.
        case idReused
        /// The sender may not send this type in this branch.
        case forbidden(permission: String, branch: String)
        /// Others kept changing what the decision rests on.
        case contended
    }

    /// One place that is at fault.
    package struct Problem: Sendable, Hashable {
        /// Where, within the event that was sent.
        package var pointer: String
        /// What is wrong there.
        package var message: String

        /// A place and what is wrong there.
        package init(_ pointer: String, _ message: String) {
            self.pointer = pointer
            self.message = message
        }
    }

    /// What stands in the way.
    package var code: Code
    /// A sentence for the sender.
    package var message: String
    /// The places at fault.
    package var problems: [Problem]

    /// A reason.
    package init(_ code: Code, _ message: String, problems: [Problem] = []) {
        self.code = code
        self.message = message
        self.problems = problems
    }

    /// A reason that one place gives.
    package init(_ code: Code, at pointer: String, _ message: String) {
        self.init(code, message, problems: [Problem(pointer, message)])
    }
}

extension FactRefusal: CustomStringConvertible {
    package var description: String {
        ([message] + problems.map { "\($0.pointer): \($0.message)" }).joined(separator: " ")
    }
}
