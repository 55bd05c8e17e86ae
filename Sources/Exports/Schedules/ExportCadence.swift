import Foundation
import Recurrence
package import Time

/// At which times something is made: by the plan's frequencies, or by a cron expression.
package struct ExportCadence: Sendable, Hashable {
    /// How often.
    package enum Frequency: String, Sendable, Hashable, CaseIterable {
        case hourly, daily, weekly, monthly, cron
    }

    /// How often.
    package var frequency: Frequency
    /// `06:30`; of an hour the minutes count alone.
    package var time: String?
    /// 1 for Monday.
    package var weekday: Int?
    /// Of the month.
    package var day: Int?
    /// Five fields.
    package var cron: String?

    /// Times.
    package init(
        _ frequency: Frequency,
        time: String? = nil,
        weekday: Int? = nil,
        day: Int? = nil,
        cron: String? = nil
    ) {
        self.frequency = frequency
        self.time = time
        self.weekday = weekday
        self.day = day
        self.cron = cron
    }

    /// What is wrong with it.
    var problems: [ExportError.Problem] {
        var problems: [ExportError.Problem] = []
        func refuse(_ pointer: String, _ message: String) { problems.append(.init(pointer, message)) }
        if frequency == .cron {
            if cron.flatMap(CronExpression.init) == nil {
                refuse("/cron", "Five fields were expected, like “30 6 * * 1-5”, that name at least one time.")
            }
            if time != nil { refuse("/time", "The cron expression says the time.") }
        } else {
            if cron != nil { refuse("/cron", "This goes with frequency cron alone.") }
            if time.flatMap(WallClock.minutes) == nil { refuse("/time", "A time like 06:30 was expected.") }
        }
        if (weekday != nil) != (frequency == .weekly) || !(1...7).contains(weekday ?? 1) {
            refuse("/weekday", "A weekly schedule has a weekday, 1 for Monday to 7; no other one has.")
        }
        if (day != nil) != (frequency == .monthly) || !(1...31).contains(day ?? 1) {
            refuse("/day", "A monthly schedule has a day, 1 to 31; no other one has.")
        }
        return problems
    }

    /// The first time after a moment, by the wall clock of a zone; nil where there is none. Pure.
    package func next(after moment: Timestamp, zone: String) -> Timestamp? {
        guard let zone = WallClock.zone(zone) else { return nil }
        let minutes = time.flatMap(WallClock.minutes) ?? 0
        let days: WallClock.Days
        switch frequency {
        case .hourly: days = .hourly
        case .daily: days = .daily
        case .weekly: days = .weekly(weekday ?? 1)
        case .monthly: days = .monthly(day ?? 1)
        case .cron: return cron.flatMap(CronExpression.init)?.next(after: moment, in: zone)
        }
        return WallClock(days, minutes: minutes, zone: zone).next(after: moment)
    }

    /// The last time that is due, and how many before it were missed; nil where none is due. Pure.
    package func due(
        after last: Timestamp,
        at now: Timestamp,
        zone: String
    ) -> (at: Timestamp, missed: Int)? {
        var due: Timestamp?
        var count = 0
        var moment = last
        // A schedule that slept for years is looked at in several goes.
        while count < 100_000, let next = self.next(after: moment, zone: zone), next <= now {
            due = next
            count += 1
            moment = next
        }
        return due.map { ($0, count - 1) }
    }
}
