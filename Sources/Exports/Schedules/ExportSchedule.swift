package import JSON
import Postgres
import Recurrence
package import Time

/// When a report is made into a file again and again.
package struct ExportSchedule: Sendable, Hashable {
    package var scheduleID: String
    package var ownerID: String
    package var order: ExportOrder
    package var cadence: ExportCadence
    package var period: ExportPeriod?
    package var scheduledAt: Timestamp
    package var scheduledBy: String
    var position: Int64
    package var lastDueAt: Timestamp?
    package var lastExportID: String?
    /// What was in the way the last time; nil where nothing was.
    package var lastSkipped: String?
    /// The roles that alone count for it; nil where all of its owner's do.
    var roles: [String]?
    /// Whether it was set before the log was restored from a backup: until it is set again nothing is asked for by it.
    package var rests: Bool

    /// - Parameter restored: where it was recorded last that the log was restored from a backup.
    init(_ row: PostgresRow, restored: Int64) throws {
        scheduleID = try row.decode("schedule_id", as: String.self)
        ownerID = try row.decode("owner_id", as: String.self)
        order = try ExportOrder(row)
        if let recipients = try row.decode("recipients", as: JSONText?.self) {
            order.recipients = try (JSONValue(parsing: recipients.bytes).array ?? []).compactMap(\.string)
        }
        cadence = ExportCadence(
            ExportCadence.Frequency(rawValue: try row.decode("frequency", as: String.self)) ?? .monthly,
            time: try row.decode("time", as: String?.self),
            weekday: try row.decode("weekday", as: Int64?.self).map(Int.init),
            day: try row.decode("day", as: Int64?.self).map(Int.init),
            cron: try row.decode("cron", as: String?.self)
        )
        period = try row.decode("period", as: String?.self).flatMap(ExportPeriod.init)
        scheduledAt = try row.decode("scheduled_at", as: Timestamp.self)
        scheduledBy = try row.decode("scheduled_by", as: String.self)
        position = try row.decode("position", as: Int64.self)
        lastDueAt = try row.decode("last_due_at", as: Timestamp?.self)
        lastExportID = try row.decode("last_export_id", as: String?.self)
        lastSkipped = try row.decode("last_skipped", as: String?.self)
        roles = try row.decode("roles", as: [String]?.self)
        rests = position < restored
    }

    /// From when on it is looked for the next time.
    var since: Timestamp { max(lastDueAt ?? scheduledAt, scheduledAt) }

    /// When it is due next.
    package var nextAt: Timestamp? { cadence.next(after: since, zone: order.zone) }

    /// The last time that is due, and how many before it were missed. Pure.
    func due(at now: Timestamp) -> (at: Timestamp, missed: Int)? {
        cadence.due(after: since, at: now, zone: order.zone)
    }

    /// What is asked for when it is due: of days that are over, and all of them in turn. Pure.
    ///
    /// - Parameter report: the one that it names.
    func order(dueAt moment: Timestamp, of report: ExportReport) -> ExportOrder {
        var order = order
        guard let period, let zone = WallClock.zone(order.zone) else { return order }
        let clock = LocalClock(zone)
        (order.from, order.to) =
            report.hasDaysOfUTC
            ? period.days(before: clock.dayOfUTC(at: moment))
            : period.days(before: clock.day(of: moment), yesterday: clock.dayBefore(moment))
        return order
    }

    /// Writes it as the members of a JSON object.
    package func write(to json: inout JSONWriter) {
        json.member("scheduleId", scheduleID)
        json.member("ownerId", ownerID)
        order.write(to: &json)
        if !order.recipients.isEmpty { json.member("recipients", order.recipients) }
        json.member("frequency", cadence.frequency.rawValue)
        if let time = cadence.time { json.member("time", time) }
        if let weekday = cadence.weekday { json.member("weekday", weekday) }
        if let day = cadence.day { json.member("day", day) }
        if let cron = cadence.cron { json.member("cron", cron) }
        if let period { json.member("period", period.rawValue) }
        json.member("scheduledAt", scheduledAt)
        json.member("scheduledBy", scheduledBy)
        if let lastDueAt { json.member("lastDueAt", lastDueAt) }
        if let lastSkipped { json.member("lastSkipped", lastSkipped) }
        if let lastExportID { json.member("lastExportId", lastExportID) }
        json.member("rests", rests)
        if !rests, let nextAt { json.member("nextAt", nextAt) }
    }
}
