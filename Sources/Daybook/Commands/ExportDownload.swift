import Access
import App
import ArgumentParser
import EventStore
import Exports

struct ExportDownload: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "download",
        abstract: "Write the file of an export. That it was taken away is recorded."
    )
    static let isListing = true

    @Argument(help: ArgumentHelp("The export.", valueName: "export"))
    var export: String

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("The file to write; standard output if not given.", valueName: "file"),
        completion: .file()
    )
    var output: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        try await database.withSystem(console) { [self] system in
            let author = Author(id: AccessActor.operatorID)
            let file = try await system.exports.download(export, way: .command, by: author, rights: .all)
            let destination = try OutputFile(path: output)
            try await file.read { try destination.write($0) }
            try destination.finish()
        }
    }
}
