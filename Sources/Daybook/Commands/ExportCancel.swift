import Access
import App
import ArgumentParser
import EventStore
import Exports
import JSON

struct ExportCancel: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Call an export off that is not made yet."
    )

    @Argument(help: ArgumentHelp("The export.", valueName: "export"))
    var export: String

    @Option(help: ArgumentHelp("Why; goes into the log.", valueName: "text"))
    var reason: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        try await database.withSystem(console) { [self] system in
            let author = Author(id: AccessActor.operatorID)
            try await system.exports.cancel(export, reason: reason, by: author, rights: .all)
            try console.result(
                text: "\(TerminalText.line(export)) is not made any more.",
                json: { json in json.object { $0.member("exportId", export) } }
            )
        }
    }
}
