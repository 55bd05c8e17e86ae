import Access
import App
import ArgumentParser
import Exports
import JSON

struct ExportSchedules: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedules",
        abstract: "Show the schedules of exports."
    )
    static let isListing = true

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        try await database.withSystem(console) { system in
            let schedules = try await system.exports.schedules(for: AccessActor.operatorID, rights: .all)
            var table = Table("SCHEDULE", "REPORT", "FORMAT", "HOW OFTEN", "OWNER", "LAST", "NEXT", "SKIPPED")
            for schedule in schedules {
                table.add(cells: [
                    schedule.scheduleID, schedule.order.report, schedule.order.format.rawValue,
                    schedule.cadence.cron ?? schedule.cadence.frequency.rawValue, schedule.ownerID,
                    schedule.lastDueAt?.rfc3339 ?? "never", schedule.nextAt?.rfc3339 ?? "never",
                    schedule.lastSkipped ?? "",
                ])
            }
            try console.result(
                text: schedules.isEmpty ? "No exports are scheduled." : table.rendered(),
                json: { json in
                    json.array { json in for schedule in schedules { json.object { schedule.write(to: &$0) } } }
                }
            )
        }
    }
}
