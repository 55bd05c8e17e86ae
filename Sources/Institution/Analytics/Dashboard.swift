package import Time

/// What changed in a count on a day; without a day, all that changed before.
package struct DashboardMovement: Sendable, Hashable {
    /// What is counted.
    package var measure: String
    /// In which state.
    package var state: String
    /// Of money.
    package var currency: String
    /// The day.
    package var day: CalendarDay?
    /// By how many.
    package var change: Int64
    /// By how much, in the minor unit of the currency.
    package var amount: Int64
    /// How many it came to by the end of the day.
    package var count: Int64
}

/// Counts and trends of a branch, or of the institution, from one day to another.
package struct Dashboard: Sendable, Hashable {
    /// A count by state.
    package struct Count: Sendable, Hashable {
        /// What is counted.
        package var measure: String
        /// In which state.
        package var state: String
        /// How many: of what lives on at the end of the last day, of what belongs to a day in the days asked for.
        package var count: Int64
    }

    /// A day on which a count changed.
    package struct Point: Sendable, Hashable {
        /// What is counted.
        package var measure: String
        /// In which state.
        package var state: String
        /// The day.
        package var day: CalendarDay
        /// By how many it changed, or how many there were of what belongs to a day.
        package var change: Int64
        /// How many there were at its end; of what belongs to a day, since the first day.
        package var count: Int64
    }

    /// A day's marks.
    package struct Attendance: Sendable, Hashable {
        /// The day.
        package var day: CalendarDay
        /// Marks by status.
        package var marks: [String: Int64] = [:]
        /// All of them.
        package var total: Int64 { marks.values.reduce(0, +) }

        /// The share of a status, in thousandths.
        package func perThousand(_ status: String) -> Int64 {
            total == 0 ? 0 : (marks[status] ?? 0) * 1_000 / total
        }
    }

    /// A month's money in one currency.
    package struct Money: Sendable, Hashable {
        /// `2026-01`.
        package var month: String
        /// ISO 4217.
        package var currency: String
        /// What fees due in the month come to, waivers and cancellations taken off, in the minor unit.
        package var due: Int64 = 0
        /// What was paid in the month, refunds taken off.
        package var paid: Int64 = 0
    }

    /// What belongs to a day, rather than living on.
    private static let daily: Set<String> = ["submissions", "grades", "attendance", "fees", "payments"]

    /// The first day.
    package var from: CalendarDay
    /// The last day.
    package var to: CalendarDay
    /// Counts, by measure and state.
    package var counts: [Count] = []
    /// Changes, by measure, state and day.
    package var trends: [Point] = []
    /// Attendance, by day.
    package var attendance: [Attendance] = []
    /// Money, by month and currency.
    package var money: [Money] = []

    /// A dashboard from movements, ordered by measure, state, currency and day.
    package init(from first: CalendarDay, to last: CalendarDay, _ movements: [DashboardMovement]) {
        from = first
        to = last
        var before: Int64 = 0
        for movement in movements {
            let isDaily = Self.daily.contains(movement.measure)
            if let latest = counts.last, latest.measure == movement.measure, latest.state == movement.state {
                counts[counts.count - 1].count = isDaily ? movement.count - before : movement.count
            } else if !["attendance", "fees", "payments"].contains(movement.measure) {
                before = isDaily && movement.day == nil ? movement.count : 0
                counts.append(
                    Count(
                        measure: movement.measure,
                        state: movement.state,
                        count: isDaily ? movement.count - before : movement.count
                    )
                )
            }
            guard let day = movement.day else { continue }
            switch movement.measure {
            case "attendance": note(movement, on: day)
            case "fees", "payments": add(movement, on: day)
            default:
                guard movement.change != 0 else { continue }
                trends.append(
                    Point(
                        measure: movement.measure,
                        state: movement.state,
                        day: day,
                        change: movement.change,
                        count: isDaily ? movement.count - before : movement.count
                    )
                )
            }
        }
        attendance.sort { $0.day.text < $1.day.text }
        money.sort { ($0.month, $0.currency) < ($1.month, $1.currency) }
    }

    private mutating func note(_ movement: DashboardMovement, on day: CalendarDay) {
        guard movement.change != 0 else { return }
        if let index = attendance.firstIndex(where: { $0.day == day }) {
            attendance[index].marks[movement.state, default: 0] += movement.change
        } else {
            attendance.append(Attendance(day: day, marks: [movement.state: movement.change]))
        }
    }

    private mutating func add(_ movement: DashboardMovement, on day: CalendarDay) {
        guard movement.amount != 0 else { return }
        let month = String(day.text.prefix(7))
        let index =
            money.firstIndex { $0.month == month && $0.currency == movement.currency }
            ?? {
                money.append(Money(month: month, currency: movement.currency))
                return money.count - 1
            }()
        if movement.measure == "fees" {
            money[index].due += movement.amount
        } else {
            money[index].paid += movement.amount
        }
    }
}
