import Access
import App
import ArgumentParser
import Backups
import EventStore
import JSON

struct BackupScheduleCancel: ConsoleCommand {
    static let configuration = CommandConfiguration(commandName: "cancel", abstract: "End a schedule.")

    @Argument(help: "Its name.")
    var name: String

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        try await database.withSystem(console) { [self] system in
            _ = try await system.backups.cancelSchedule(name, by: Author(id: AccessActor.operatorID))
            try console.result(text: "Ended \(name).", json: { $0.object { $0.member("scheduleId", name) } })
        }
    }
}
