import Access
import App
import ArgumentParser
import Backups
import EventStore
import JSON

struct BackupCopy: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy a backup into another repository.",
        discussion: "What is there already is not sent again: an interrupted copy goes on where it was."
    )

    @Argument(help: "The backup.")
    var backup: String

    @Option(help: ArgumentHelp("The repository to copy it to.", valueName: "name"))
    var to: String

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        try await database.withSystem(console) { [self] system in
            let bytes = try await console.withProgress("Copying", unit: "files") { bar in
                try await system.backups.copy(backup, to: to, by: Author(id: AccessActor.operatorID)) {
                    bar.update($0.done, of: $0.total)
                }
            }
            try console.result(
                text: "Copied \(backup) to \(to): \(ProgressLine.grouped(bytes)) bytes.",
                json: { json in
                    json.object { json in
                        json.member("backupId", backup)
                        json.member("repository", to)
                        json.member("bytes", bytes)
                    }
                }
            )
        }
    }
}
