import EventStore
import Postgres

extension ExportService {
    /// How many requests have rows counted at a time: those that come beside are not counted before they are made.
    private static let countedAtOnce = 2

    /// Refuses orders that cannot be made, or not by these rights, or that would be too large, and says all that is wrong.
    func check(_ orders: [ExportOrder], isBatch: Bool, _ rights: ExportRights) async throws -> [ExportPlan] {
        let deadline = ContinuousClock.now + settings.countingTime
        var plans: [ExportPlan] = []
        var problems: [ExportError.Problem] = []
        for (index, order) in orders.enumerated() {
            do {
                plans.append(
                    try await check(order, at: isBatch ? "/exports/\(index)" : "", rights, countingUntil: deadline)
                )
            } catch let error as ExportError {
                guard case .invalid(let found) = error.code else { throw error }
                problems += found
            }
        }
        guard problems.isEmpty else { throw ExportError(problems: problems) }
        return plans
    }

    /// Refuses an order that cannot be made, or not by these rights, or that would be too large.
    ///
    /// - Returns: the plan, and the order with its moment made fast.
    func check(
        _ order: ExportOrder,
        at base: String = "",
        _ rights: ExportRights,
        countingUntil deadline: ContinuousClock.Instant? = nil
    ) async throws -> ExportPlan {
        guard let report = try await report(order.report) else {
            let names = ExportReport.all.map(\.name).joined(separator: ", ")
            throw ExportError(
                problems: [
                    .init("\(base)/report", "There is no such report. There are \(names), and tables of read models.")
                ]
            )
        }
        guard rendering.formats.contains(order.format) else {
            throw ExportError(problems: [.init("\(base)/format", "This format is not built in here.")])
        }
        if !order.recipients.isEmpty, mailer == nil {
            throw ExportError(problems: [.init(base + Self.noMail.pointer, Self.noMail.message)])
        }
        var order = order
        let head = try await store.head().size
        if let size = try await size(at: order.moment) {
            guard (1...head).contains(size) else {
                throw ExportError(
                    problems: [.init("\(base)/asOf", "The log has no such moment; it ends at position \(head - 1).")]
                )
            }
            order.moment = .size(size)
        }
        let plan = try ExportPlan(order, of: report, at: base)
        try await refuseUnknownZone(plan, at: base)
        let scope = try ExportScope(report, branch: order.branchID, rights.limited(to: Self.createPermission))
        try await refuseTooMuch(plan, scope, head, until: deadline ?? .now + settings.countingTime)
        return plan
    }

    /// Refuses a zone that the database does not know, where it is asked which day a moment lies in.
    private func refuseUnknownZone(_ plan: ExportPlan, at base: String) async throws {
        let zone = plan.order.zone
        guard zone != "UTC", statements.takesZone(plan.report) else { return }
        do {
            _ = try await pool.query("select now() at time zone \(zone)")
        } catch let error as PostgresError where error.sqlState == SQLState.invalidParameterValue {
            throw ExportError(problems: [.init("\(base)/timeZone", "The database does not know this time zone.")])
        }
    }

    private func size(at moment: ExportOrder.Moment) async throws -> Int64? {
        switch moment {
        case .turn: nil
        case .size(let size): size
        // The last one has none after it, and is in no log.
        case .position(let position): position < .max ? position + 1 : position
        case .time(let time): try await store.reader.size(at: time)
        }
    }

    /// Counts the rows, as far as there is time for it: they are counted again when it is made.
    private func refuseTooMuch(
        _ plan: ExportPlan,
        _ scope: ExportScope,
        _ head: Int64,
        until deadline: ContinuousClock.Instant
    ) async throws {
        let limit = plan.order.format.rowLimit
        var size = head
        if case .size(let asked) = plan.order.moment { size = asked }
        try await history.hold(size, in: plan.report.readModels)
        let query = ReportQuery(plan: plan, scope: scope, size: size, statements: statements)
        guard let count = try await counted(query.count(upTo: limit + 1), until: deadline), count > limit else {
            return
        }
        throw ExportError(
            .tooLarge,
            "These are more than \(limit) rows, which is the most for this format. Ask for fewer, or for another format."
        )
    }

    /// What a statement counts; nil where there is no time or no room to count.
    private func counted(_ sql: SQL, until deadline: ContinuousClock.Instant) async throws -> Int64? {
        let left = deadline - .now
        let hasRoom = counting.withLock { counting in
            guard left > .zero, counting < Self.countedAtOnce else { return false }
            counting += 1
            return true
        }
        guard hasRoom else { return nil }
        defer { counting.withLock { $0 -= 1 } }
        do {
            return try await pool.query(sql, deadline: left).first?.decode(Int64.self)
        } catch let error as PostgresError where error.code == .deadlineExceeded {
            return nil
        }
    }
}
