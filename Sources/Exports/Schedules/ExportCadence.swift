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
    ///
    /// - Parameter least: how many minutes have to lie between its times.
    func problems(leastMinutesApart least: Int = 1) -> [ExportError.Problem] {
        var problems: [ExportError.Problem] = []
        func refuse(_ pointer: String, _ message: String) { problems.append(.init(pointer, message)) }
        if frequency == .cron {
            let expression = cron.flatMap(CronExpression.init)
            if expression == nil {
                refuse("/cron", "Five fields were expected, like “30 6 * * 1-5”, that name at least one time.")
            } else if let apart = expression?.leastMinutesApart, apart < least {
                refuse("/cron", "Its times are \(apart) minutes apart; at least \(least) have to lie between them.")
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

    /// How many missed times are counted one by one.
    private static let counted = 100

    /// The last time that is due, and how many before it were missed, counted up to a hundred; nil where none is due. Pure.
    package func due(
        after last: Timestamp,
        at now: Timestamp,
        zone: String
    ) -> (at: Timestamp, missed: Int)? {
        guard var due = next(after: last, zone: zone), due <= now else { return nil }
        for missed in 0..<Self.counted {
            guard let next = next(after: due, zone: zone), next <= now else { return (due, missed) }
            due = next
        }
        return (self.last(after: due, until: now, zone: zone), Self.counted)
    }

    /// The last time up to a moment, looked for from there on back.
    private func last(after known: Timestamp, until now: Timestamp, zone: String) -> Timestamp {
        var window: Int64 = 900
        while now + .seconds(-window) > known {
            var moment = now + .seconds(-window)
            var found: Timestamp?
            while let next = next(after: moment, zone: zone), next <= now { (found, moment) = (next, next) }
            if let found { return found }
            window *= 2
        }
        var last = known
        while let next = next(after: last, zone: zone), next <= now { last = next }
        return last
    }
}
