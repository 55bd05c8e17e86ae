import Access
import App
import ArgumentParser
import Exports
import JSON

struct ExportList: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show which exports were asked for, newest first."
    )
    static let isListing = true

    @Option(help: ArgumentHelp("Of this user alone.", valueName: "user"))
    var user: String?

    @Option(help: ArgumentHelp("How many at most.", valueName: "count"))
    var limit = 100

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        try await database.withSystem(console) { [self] system in
            let records = try await system.exports.exports(
                of: user,
                for: AccessActor.operatorID,
                rights: .all,
                limit: Int64(max(1, limit))
            )
            var table = Table("EXPORT", "REPORT", "FORMAT", "STATE", "ROWS", "BYTES", "OWNER", "REQUESTED", "DOWNLOADS")
            for record in records {
                table.add(cells: [
                    record.exportID, record.order.report, record.order.format.rawValue,
                    record.deletedAt == nil ? record.state.rawValue : "deleted",
                    record.rows.map { ProgressLine.grouped($0) } ?? "",
                    record.file.map { ProgressLine.grouped($0.bytes) } ?? "",
                    record.ownerID, record.requestedAt.rfc3339, "\(record.downloads)",
                ])
            }
            try console.result(
                text: records.isEmpty ? "Nothing was exported." : table.rendered(),
                json: { json in
                    json.array { json in for record in records { json.object { record.write(to: &$0) } } }
                }
            )
        }
    }
}
