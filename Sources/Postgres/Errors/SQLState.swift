/// A five-character SQLSTATE, as the server reports it.
package struct SQLState: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    package var rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package init(stringLiteral value: String) {
        self.rawValue = value
    }

    package var description: String { rawValue }

    /// The first two characters: the class of the condition.
    package var conditionClass: Substring { rawValue.prefix(2) }

    package static let invalidParameterValue: SQLState = "22023"
    package static let uniqueViolation: SQLState = "23505"
    package static let serializationFailure: SQLState = "40001"
    package static let deadlockDetected: SQLState = "40P01"
    package static let queryCanceled: SQLState = "57014"
    package static let diskFull: SQLState = "53100"
    package static let objectNotInPrerequisiteState: SQLState = "55000"
    package static let insufficientPrivilege: SQLState = "42501"
    package static let inFailedTransaction: SQLState = "25P02"
    package static let featureNotSupported: SQLState = "0A000"
    package static let invalidStatementName: SQLState = "26000"
}
