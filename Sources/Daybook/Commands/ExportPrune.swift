import Access
import App
import ArgumentParser
import EventStore
import Exports
import JSON

struct ExportPrune: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove the files of old exports. That they were made stays in the log."
    )

    @Option(help: ArgumentHelp("For how many days files are kept.", valueName: "days"))
    var keepDays: Int

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func validate() throws {
        guard (0...36_500).contains(keepDays) else { throw ValidationError("--keep-days is 0 or more.") }
    }

    func perform(_ console: Console) async throws {
        try await database.withSystem(console) { [self] system in
            let author = Author(id: AccessActor.operatorID)
            let count = try await system.exports.removeOld(keepingDays: keepDays, by: author, rights: .all)
            try console.result(
                text: "Removed \(count).",
                json: { json in json.object { $0.member("removed", count) } }
            )
        }
    }
}
