package import Events
import Foundation
package import JSON
import Postgres
import Recurrence
package import Time

/// When backups are made, and which of them are kept.
package struct BackupSchedule: Sendable, Hashable {
    /// How often.
    package typealias Frequency = Events.Backups.Scheduled.Frequency

    /// The schedule.
    package var scheduleID: String
    /// What is made.
    package var kind: BackupManifest.Kind
    /// Where.
    package var repository: String
    /// How often.
    package var frequency: Frequency
    /// Minutes after midnight.
    package var minutes: Int
    /// On which day of the week, 1 for Monday.
    package var weekday: Int
    /// On which day of the month; the last one where it has none such.
    package var day: Int
    /// How many seconds lie between two, if continuous.
    package var seconds: Int
    /// The IANA time zone of the time.
    package var zone: String
    /// Which are kept; nil for all.
    package var retention: BackupRetention?
    /// When it was set.
    package var scheduledAt: Timestamp
    /// By whom.
    package var scheduledBy: String
    /// When it last began one that was completed.
    package var lastAt: Timestamp?
    /// Whether it was set before the log was restored from a backup: until it is set again nothing is made for it.
    package var rests = false

    init(
        scheduleID: String,
        kind: BackupManifest.Kind,
        repository: String,
        frequency: Frequency,
        minutes: Int,
        weekday: Int,
        day: Int,
        seconds: Int,
        zone: String,
        scheduledAt: Timestamp,
        scheduledBy: String
    ) {
        self.scheduleID = scheduleID
        self.kind = kind
        self.repository = repository
        self.frequency = frequency
        self.minutes = minutes
        self.weekday = weekday
        self.day = day
        self.seconds = seconds
        self.zone = zone
        self.scheduledAt = scheduledAt
        self.scheduledBy = scheduledBy
    }

    /// - Parameter restored: where it was recorded last that the log was restored from a backup.
    init(_ row: PostgresRow, restored: Int64) throws {
        func number(_ name: String) throws -> Int? { try row.decode(name, as: Int64?.self).map { Int(clamping: $0) } }
        scheduleID = try row.decode("schedule_id", as: String.self)
        kind = BackupManifest.Kind(rawValue: try row.decode("kind", as: String.self)) ?? .full
        repository = try row.decode("repository", as: String.self)
        frequency = Frequency(rawValue: try row.decode("frequency", as: String.self)) ?? .daily
        minutes = WallClock.minutes(try row.decode("time", as: String?.self) ?? "00:00") ?? 0
        weekday = try number("weekday") ?? 1
        day = try number("day") ?? 1
        seconds = try number("seconds") ?? 5
        zone = try row.decode("zone", as: String.self)
        let retention = BackupRetention(
            last: try number("keep_last"),
            days: try number("keep_days"),
            daily: try number("keep_daily"),
            weekly: try number("keep_weekly"),
            monthly: try number("keep_monthly"),
            yearly: try number("keep_yearly")
        )
        self.retention = retention.isEmpty ? nil : retention
        scheduledAt = try row.decode("scheduled_at", as: Timestamp.self)
        scheduledBy = try row.decode("scheduled_by", as: String.self)
        lastAt = try row.decode("last_at", as: Timestamp?.self)
        rests = try row.decode("position", as: Int64.self) < restored
    }

    /// Minutes after midnight of `02:30`; nil where it is no time.
    package static func minutes(_ text: String) -> Int? { WallClock.minutes(text) }

    /// The first time after `moment` at which a backup is due. Pure.
    ///
    /// Times are by the wall clock of the zone. One that a clock put forward skips is due when it has been; one that comes
    /// twice is due the first time, and hourly each time.
    package func next(after moment: Timestamp) -> Timestamp {
        let days: WallClock.Days
        switch frequency {
        case .continuous: return Timestamp(microseconds: moment.microseconds + Int64(max(seconds, 1)) * 1_000_000)
        case .hourly: days = .hourly
        case .daily: days = .daily
        case .weekly: days = .weekly(weekday)
        case .monthly: days = .monthly(day)
        }
        return WallClock(days, minutes: minutes, zone: TimeZone(identifier: zone) ?? .gmt).next(after: moment)
    }

    /// When it last made one, or was set.
    private var last: Timestamp { max(scheduledAt, lastAt ?? scheduledAt) }

    /// When the next one is due.
    package var nextAt: Timestamp { next(after: last) }

    /// Whether a backup is to be made now. Pure.
    ///
    /// - Parameter since: from when the next time counts where the last one is yet to come, because a clock was ahead.
    package func isDue(_ now: Timestamp, since: Timestamp) -> Bool {
        next(after: last <= now ? last : min(since, now)) <= now
    }

    /// Writes it as the members of a JSON object.
    package func write(to json: inout JSONWriter) {
        json.member("scheduleId", scheduleID)
        json.member("kind", kind.rawValue)
        json.member("repository", repository)
        json.member("frequency", frequency.rawValue)
        let time = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        switch frequency {
        case .continuous: json.member("seconds", seconds)
        case .hourly, .daily: json.member("time", time)
        case .weekly:
            json.member("time", time)
            json.member("weekday", weekday)
        case .monthly:
            json.member("time", time)
            json.member("day", day)
        }
        json.member("zone", zone)
        if let retention { json.member("keep", object: { retention.write(to: &$0) }) }
        json.member("scheduledAt", scheduledAt)
        json.member("scheduledBy", scheduledBy)
        if let lastAt { json.member("lastAt", lastAt) }
        json.member("rests", rests)
        if !rests { json.member("nextAt", nextAt) }
    }
}
