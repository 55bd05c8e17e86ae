import Postgres

/// What servers report here, and nothing in Daybook tells apart.
extension SQLState {
    static let notNullViolation: SQLState = "23502"
    static let checkViolation: SQLState = "23514"
    static let adminShutdown: SQLState = "57P01"
    static let undefinedTable: SQLState = "42P01"
    static let undefinedColumn: SQLState = "42703"
    static let syntaxError: SQLState = "42601"
}
