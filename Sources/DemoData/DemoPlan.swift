import Access

/// A year of a school group, decided by its seed: the same seed gives the same people and the same commands.
package struct DemoPlan: Sendable {
    let seed: UInt64
    let users: Int
    /// The branches of the school.
    package let branches: [String]
    let weeks: [DemoWeek]
    /// What is reported of the school in the same weeks.
    let school: DemoSchool
    /// How many commands there are.
    package let commands: Int
    /// How many facts are reported.
    package let facts: Int

    /// The fewest and the most people that there can be.
    package static let sizes = 40...200_000

    /// The plan that a seed gives.
    package init(seed: UInt64, users: Int, calendar: DemoCalendar) {
        var year = DemoYear(seed: seed, users: users, calendar: calendar)
        year.run()
        self.seed = seed
        self.users = users
        branches = year.branches
        var weeks: [DemoWeek] = []
        var number = 0
        for actions in year.weeks {
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
        commands = number
        school = DemoSchool(seed: seed, calendar: calendar, year: year)
        var count = school
        facts = (0..<weeks.count).reduce(0) { $0 + count.week($1).reduce(0) { $0 + $1.facts.count } }
    }
}
