import Access
import App
import ArgumentParser
import Exports
import JSON

struct ExportShow: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show how an export stands, and what its file is."
    )
    static let isListing = true

    @Argument(help: ArgumentHelp("The export.", valueName: "export"))
    var export: String

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        try await database.withSystem(console) { [self] system in
            let record = try await system.exports.export(export, for: AccessActor.operatorID, rights: .all)
            try console.result(text: record.lines, json: { json in json.object { record.write(to: &$0) } })
        }
    }
}

extension ExportRecord {
    /// All that people want to know of it, a line each.
    var lines: String {
        var lines = [
            "export     \(exportID)", "report     \(order.report) as \(order.format.rawValue)",
            "owner      \(TerminalText.line(ownerID))", "requested  \(requestedAt.rfc3339)",
            "state      \(deletedAt == nil ? state.rawValue : "deleted")",
        ]
        if let failure { lines.append("reason     \(TerminalText.line(failure))") }
        if let size { lines.append("position   \(size - 1)") }
        if let rows { lines.append("rows       \(ProgressLine.grouped(rows))") }
        if let file {
            lines += [
                "made       \(file.completedAt.rfc3339), event \(file.position)",
                "bytes      \(ProgressLine.grouped(file.bytes))",
                "sha256     \(file.sha256)", "root hash  \(file.rootHash)",
            ]
        }
        lines.append("downloads  \(downloads)")
        return lines.joined(separator: "\n")
    }
}
