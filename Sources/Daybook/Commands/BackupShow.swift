import App
import ArgumentParser
import Backups
import JSON

struct BackupShow: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what the log says of a backup."
    )
    static let isListing = true

    @Argument(help: "The backup.")
    var backup: String

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        try await database.withSystem(console) { [self] system in
            let record = try await system.backups.backup(backup)
            var json = JSONWriter()
            json.object { record.write(to: &$0) }
            let members = (try JSONValue(parsing: json.bytes)).object?.members ?? []
            let width = members.map(\.name.count).max() ?? 0
            let lines = members.map { member in
                var text = JSONWriter()
                text.value(member.value)
                let value = member.value.string ?? text.text
                return member.name.padding(to: width) + "  " + TerminalText.line(value)
            }
            try console.result(text: lines.joined(separator: "\n"), json: { $0.object { record.write(to: &$0) } })
        }
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
