import Access

/// A year of a school group, decided by its seed: the same seed gives the same people and the same commands.
struct DemoPlan: Sendable {
    let seed: UInt64
    let users: Int
    let branches: [String]
    let weeks: [DemoWeek]
    /// How many commands there are.
    let count: Int

    static let smallest = 40
    static let largest = 200_000

    init(seed: UInt64, users: Int, calendar: DemoCalendar) {
        var year = DemoYear(seed: seed, users: users, calendar: calendar)
        year.run()
        self.seed = seed
        self.users = users
        branches = year.branches
        var weeks: [DemoWeek] = []
        var number = 0
        for actions in year.weeks where !actions.isEmpty {
            weeks.append(
                DemoWeek(
                    actions: actions.map { action in
                        defer { number += 1 }
                        return (number, action)
                    }
                )
            )
        }
        self.weeks = weeks
        count = number
    }
}
