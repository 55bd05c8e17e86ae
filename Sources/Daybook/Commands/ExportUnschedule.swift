import Access
import App
import ArgumentParser
import EventStore
import Exports
import JSON

struct ExportUnschedule: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "unschedule",
        abstract: "End a schedule of exports."
    )

    @Argument(help: "Its name.")
    var name: String

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        try await database.withSystem(console) { [self] system in
            let author = Author(id: AccessActor.operatorID)
            _ = try await system.exports.cancelSchedule(name, by: author, rights: .all)
            try console.result(
                text: "Ended \(TerminalText.line(name)).",
                json: { json in json.object { $0.member("scheduleId", name) } }
            )
        }
    }
}
