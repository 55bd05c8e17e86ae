import Access
import App
import ArgumentParser
import EventStore
import Exports
import JSON

struct ExportSchedule: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Have the server make a report into a file again and again; a schedule of the same name is replaced.",
        discussion: """
            With every right, as whoever has the machine. Times that were missed, because no server ran, are made up for by \
            one export. By a time zone's clock: a time that is skipped in spring is due when it has been, one that comes twice \
            in autumn the first time.

            EXAMPLES:
              daybook export schedule monday-fees fees-by-branch --format xlsx --frequency weekly --weekday 1 --time 06:30
              daybook export schedule attendance attendance-by-branch --format pdf --frequency cron --cron "0 18 * * 1-5" \
            --period yesterday --recipient head@school.example
            """
    )

    @Argument(help: "Its name.")
    var name: String

    @OptionGroup var wish: ExportOrderOptions

    @Option(help: ArgumentHelp("hourly, daily, weekly, monthly or cron.", valueName: "how-often"))
    var frequency: String
    @Option(help: ArgumentHelp("At what time of the day: 06:30.", valueName: "time"))
    var time: String?
    @Option(help: ArgumentHelp("On which day of the week, 1 for Monday.", valueName: "number"))
    var weekday: Int?
    @Option(help: ArgumentHelp("On which day of the month.", valueName: "number"))
    var day: Int?
    @Option(help: ArgumentHelp("Minute, hour, day, month, day of the week.", valueName: "expression"))
    var cron: String?
    @Option(help: ArgumentHelp("The days: yesterday, last-7-days, last-30-days, last-month.", valueName: "period"))
    var period: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        guard let frequency = ExportCadence.Frequency(rawValue: frequency) else {
            throw CommandFailure(.usage, "--frequency is hourly, daily, weekly, monthly or cron.")
        }
        let days = period.flatMap(ExportPeriod.init)
        guard period == nil || days != nil else {
            throw CommandFailure(.usage, "--period is yesterday, last-7-days, last-30-days or last-month.")
        }
        let time = time ?? (frequency == .cron ? nil : "00:00")
        let cadence = ExportCadence(frequency, time: time, weekday: weekday, day: day, cron: cron)
        let wanted = ExportScheduleOrder(name, try wish.order(), cadence, period: days)
        try await database.withSystem(console) { system in
            let author = Author(id: AccessActor.operatorID)
            _ = try await system.exports.schedule(wanted, by: author, rights: .all)
            try console.result(
                text: "Set \(TerminalText.line(wanted.scheduleID)). The server makes the exports; it has to run.",
                json: { json in json.object { $0.member("scheduleId", wanted.scheduleID) } }
            )
        }
    }
}
