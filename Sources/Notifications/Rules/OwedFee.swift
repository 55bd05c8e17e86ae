import EventStore
import Foundation
import Postgres
import Time

/// A fee that is still owed.
struct OwedFee: Sendable {
    let id: String
    let branchID: String
    let studentID: String
    let kind: String
    let balance: Money
    let due: CalendarDay
    /// The event that charged it.
    let cause: UUID

    init(_ row: PostgresRow) throws {
        id = try row.decode("fee_id", as: String.self)
        branchID = try row.decode("branch_id", as: String.self)
        studentID = try row.decode("student_id", as: String.self)
        kind = try row.decode("kind", as: String.self)
        balance = Money(try row.decode("balance", as: Int64.self), try row.decode("currency", as: String.self))
        due = CalendarDay(try row.decode("due_on", as: String.self)) ?? CalendarDay(daysSinceEpoch: 0)
        cause = try row.decode("cause", as: UUID.self)
    }

    /// What a rule says of it.
    func message(_ rule: NotificationRule) -> RuleMessage {
        var message = RuleMessage.fee(studentID, in: branchID, kind: kind, amount: balance, due: due, id: id)
        message.rule = rule
        return message
    }
}

/// Reads of the fees that are owed, from read model `finance`.
struct OwedFees: Sendable {
    private let pool: PostgresPool
    private let wait: ReadModelWait
    private let sql: NotificationsSQL

    init(pool: PostgresPool, wait: ReadModelWait) throws {
        self.pool = pool
        self.wait = wait
        sql = try NotificationsSQL("fees-to-remind.sql")
    }

    /// Fees of which a rule has not told yet, by id.
    func owed(
        from: CalendarDay,
        to: CalendarDay,
        chargedBefore: Timestamp,
        untold rule: NotificationRule,
        after: String,
        limit: Int
    ) async throws -> [OwedFee] {
        try await wait(for: "finance", "notifications")
        let statement = sql(from.text, to.text, chargedBefore, rule.rawValue, after, Int64(limit))
        return try await pool.query(statement, deadline: .seconds(20)).map(OwedFee.init)
    }
}
