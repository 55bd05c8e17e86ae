import Access
import App
import ArgumentParser
import Backups
import EventStore
import JSON

struct BackupScheduleSet: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Set a schedule; one of the same name is replaced.",
        discussion: """
            A time that was missed, because no server ran, is made up for once. By a time zone's clock: a time that is \
            skipped in spring is due when it has been, one that comes twice in autumn the first time.

            EXAMPLES:
              daybook backup schedule set weekly-full --full --frequency weekly --weekday 7 --time 01:00
              daybook backup schedule set shipping --frequency continuous --seconds 5 --keep-days 14
            """
    )

    @Argument(help: "Its name.")
    var name: String

    @Flag(help: "Full backups; incremental ones if not given.")
    var full = false
    @Option(help: ArgumentHelp("continuous, hourly, daily, weekly or monthly.", valueName: "how-often"))
    var frequency: String
    @Option(help: ArgumentHelp("At what time of the day: 02:30.", valueName: "time"))
    var time: String?
    @Option(help: ArgumentHelp("On which day of the week, 1 for Monday.", valueName: "number"))
    var weekday: Int?
    @Option(help: ArgumentHelp("On which day of the month.", valueName: "number"))
    var day: Int?
    @Option(help: ArgumentHelp("How many seconds lie between two, if continuous.", valueName: "seconds"))
    var seconds: Int?
    @Option(help: ArgumentHelp("The IANA time zone of the time.", valueName: "zone"))
    var zone = "UTC"
    @Option(help: ArgumentHelp("Of what it makes, keep so many of the newest.", valueName: "count"))
    var keepLast: Int?
    @Option(help: ArgumentHelp("Of what it makes, keep all of so many days.", valueName: "days"))
    var keepDays: Int?
    @Option(help: ArgumentHelp("Of what it makes, keep one of each of so many days.", valueName: "days"))
    var keepDaily: Int?
    @Option(help: ArgumentHelp("Of what it makes, keep one of each of so many weeks.", valueName: "weeks"))
    var keepWeekly: Int?
    @Option(help: ArgumentHelp("Of what it makes, keep one of each of so many months.", valueName: "months"))
    var keepMonthly: Int?
    @Option(help: ArgumentHelp("Of what it makes, keep one of each of so many years.", valueName: "years"))
    var keepYearly: Int?

    @OptionGroup var place: RepositoryOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        guard let frequency = Backups.BackupSchedule.Frequency(rawValue: frequency) else {
            throw CommandFailure(.usage, "--frequency is continuous, hourly, daily, weekly or monthly.")
        }
        var order = ScheduleOrder(name, full ? .full : .incremental, frequency)
        order.repository = place.repository
        order.time = time ?? (frequency == .continuous ? nil : "00:00")
        order.weekday = weekday
        order.day = day
        order.seconds = seconds
        order.zone = zone
        order.retention = BackupRetention(
            last: keepLast,
            days: keepDays,
            daily: keepDaily,
            weekly: keepWeekly,
            monthly: keepMonthly,
            yearly: keepYearly
        )
        let wanted = order
        try await database.withSystem(console) { system in
            _ = try await system.backups.schedule(wanted, by: Author(id: AccessActor.operatorID))
            try console.result(
                text: "Set \(wanted.scheduleID). The server makes the backups; it has to run.",
                json: { $0.object { $0.member("scheduleId", wanted.scheduleID) } }
            )
        }
    }
}
