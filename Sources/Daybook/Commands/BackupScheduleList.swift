import App
import ArgumentParser
import Backups
import JSON

struct BackupScheduleList: ConsoleCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show the schedules.")
    static let isListing = true

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        try await database.withSystem(console) { system in
            let schedules = try await system.backups.schedules()
            var table = Table("SCHEDULE", "KIND", "HOW OFTEN", "WHERE", "LAST", "NEXT")
            for schedule in schedules {
                table.add(
                    schedule.scheduleID,
                    schedule.kind.rawValue,
                    schedule.frequency.rawValue,
                    schedule.repository,
                    schedule.lastAt?.rfc3339 ?? "never",
                    schedule.next(after: schedule.lastAt ?? schedule.scheduledAt).rfc3339
                )
            }
            try console.result(
                text: schedules.isEmpty ? "No backups are scheduled." : table.rendered(),
                json: { json in
                    json.array { json in
                        for schedule in schedules { json.object { schedule.write(to: &$0) } }
                    }
                }
            )
        }
    }
}
