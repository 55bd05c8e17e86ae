import App
import ArgumentParser
import Backups
import JSON

struct BackupPreview: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Show what is in a backup, and what restoring from it would lose."
    )
    static let isListing = true

    @Argument(help: "The backup.")
    var backup: String

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        try await database.withSystem(console) { [self] system in
            let preview = try await system.backups.preview(backup)
            var lines = [
                "\(preview.backupID): the first \(ProgressLine.grouped(preview.size)) events of \(preview.origin)",
                "  from \(preview.firstRecordedAt?.rfc3339 ?? "?") to \(preview.lastRecordedAt?.rfc3339 ?? "?")",
                "  \(ProgressLine.grouped(preview.people)) people, \(preview.branches) branches, "
                    + "\(ProgressLine.grouped(preview.bytes)) bytes in \(preview.chain.count) backups",
            ]
            let newer = preview.newer.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }
            lines.append(newer.isEmpty ? "Nothing newer is in the log." : "A log restored from it would lack:")
            lines += newer.map { "  \(ProgressLine.grouped($0.value)) \($0.key.rawValue)" }
            try console.result(
                text: lines.joined(separator: "\n"),
                json: { $0.object { preview.write(to: &$0) } }
            )
        }
    }
}
