import Access
import App
import ArgumentParser
import DemoData
import JSON
import Time

struct Demo: ConsoleCommand {
    static let configuration = CommandConfiguration(
        abstract: "Load a school group, and a year of what happens there.",
        discussion: """
            People join, move up, change branches, stand in for others and leave; permissions come and go with the \
            examinations; mistakes are made and put right; one person's data is erased. Its information system reports \
            the rest: courses, enrolments, attendance on every school day, work and grades, fees and payments, leave. \
            All of it goes through the ordinary commands and the ordinary intake, so the log, the history and every \
            check are as in real use; events are recorded at the time of the loading, and say themselves when they \
            happened. The same seed gives the same people, commands and facts. A run that was broken off goes on where \
            it was.

            The usual size is a group of four branches with 2,400 students and 160 teachers: about half a million \
            events, in one to two minutes.

            EXAMPLES:
              daybook demo --data-dir /tmp/school
              daybook demo --seed 7 --users 500
            """
    )

    @Option(help: "Which school: any number.")
    var seed: UInt64 = 1

    @Option(help: "How many people.")
    var users = 2_580

    @Option(
        help: ArgumentHelp(
            "The year in which the school year begins; the last full one if not given.",
            valueName: "year"
        )
    )
    var year: Int?

    @Flag(help: "Load it although the log has users of its own.")
    var force = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func validate() throws {
        guard DemoPlan.sizes.contains(users) else {
            throw ValidationError(
                "--users has to be from \(DemoPlan.sizes.lowerBound) to \(DemoPlan.sizes.upperBound)."
            )
        }
        guard calendar != nil else { throw ValidationError("--year has to be from 1000 on, and its school year over.") }
    }

    private var calendar: DemoCalendar? {
        year.map { DemoCalendar(year: $0, now: .now()) } ?? DemoCalendar(before: .now())
    }

    func perform(_ console: Console) async throws {
        guard let calendar else { return }
        let plan = DemoPlan(seed: seed, users: users, calendar: calendar)
        let events = try await database.withSystem(console, mayCreate: true) { [force] system in
            let run = DemoRun(plan: plan, calendar: calendar, system: system)
            let known = try await system.directory.current().model.identity.userCount
            if known > 1, !force, try await !run.hasBegun() {
                throw CommandFailure(
                    .refused,
                    "The log has \(known) users already, and none of this demo. Name another --data-dir, or add the "
                        + "demo's people to those there are with --force."
                )
            }
            if try await run.isComplete() { return Int64(0) }
            let before = try await system.store.head().size
            let total = Int64(plan.commands + plan.facts)
            try await console.withProgress("Loading the demo", unit: "events", total: total) { bar in
                try await run.carryOut { bar.update($0) }
            }
            let size = try await system.store.head().size
            // So that the first questions need not wait.
            for definition in system.projections.definitions {
                try? await system.projections.wait(for: definition.name, toHold: size, deadline: .seconds(120))
            }
            return size - before
        }
        try console.result(
            text: """
                \(events == 0 ? "Loaded already" : "\(ProgressLine.grouped(events)) events"): \(ProgressLine.grouped(Int64(users))) people in \
                \(plan.branches.count) branches (\(plan.branches.joined(separator: ", "))), seed \(seed).
                Sign in as \(FirstStart.administrator): daybook token issue --user \(FirstStart.administrator)
                """,
            json: { writer in
                writer.object { writer in
                    writer.member("seed", "\(seed)")
                    writer.member("users", users)
                    writer.member("year", calendar.year)
                    writer.member("branches", plan.branches)
                    writer.member("commands", plan.commands)
                    writer.member("facts", plan.facts)
                    writer.member("events", events)
                }
            }
        )
    }
}
