import App
import ArgumentParser
import Backups
import JSON

struct BackupList: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show which backups there are, newest first.",
        discussion: """
            By what the log says. --offline lists what is in the repository, without a log.
            """
    )
    static let isListing = true

    @Flag(help: "Those that failed or were removed as well.")
    var all = false

    @Flag(help: "Look into the repository alone.")
    var offline = false

    @OptionGroup var place: RepositoryOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        if offline { return try await listRepository(console) }
        try await database.withSystem(console) { [self] system in
            let records = try await system.backups.backups(in: place.repository, onlyPresent: !all, limit: 1_000)
            var table = Table("BACKUP", "KIND", "STATE", "EVENTS", "BYTES", "STARTED", "WHERE", "VERIFIED")
            for record in records {
                table.add(cells: [
                    record.backupID, record.kind.rawValue, record.state.rawValue,
                    record.events.map { ProgressLine.grouped($0) } ?? "",
                    record.bytes.map { ProgressLine.grouped($0) } ?? "",
                    record.startedAt.rfc3339, record.places.joined(separator: ", "),
                    record.isSound.map { $0 ? record.verifiedDepth ?? "" : "DAMAGED" } ?? "never",
                ])
            }
            let text = records.isEmpty ? "There is no backup. Make one: daybook backup create --full" : table.rendered()
            try console.result(
                text: text,
                json: { json in
                    json.array { json in
                        for record in records { json.object { record.write(to: &$0) } }
                    }
                }
            )
        }
    }

    private func listRepository(_ console: Console) async throws {
        let settings = try database.configuration(logLevel: .warning, console).backups
        let storage = try settings.storage(place.repository)
        let (backups, unreadable) = try await storage.outlines(verifiers: nil)
        for each in unreadable { console.note("left out: \(TerminalText.line(each))") }
        var table = Table("BACKUP", "KIND", "LOG", "FROM", "SIZE", "BYTES", "MADE", "KEY")
        for backup in backups {
            table.add(cells: [
                backup.backupID, backup.kind.rawValue, backup.origin, "\(backup.from)", "\(backup.size)",
                ProgressLine.grouped(backup.bytes), backup.createdAt.rfc3339, backup.lock?.keyID ?? "none",
            ])
        }
        try console.result(
            text: backups.isEmpty ? "There is no finished backup in \(storage.place)." : table.rendered(),
            json: { json in
                json.array { json in
                    for backup in backups {
                        json.object { json in
                            json.member("backupId", backup.backupID)
                            json.member("kind", backup.kind.rawValue)
                            json.member("origin", backup.origin)
                            json.member("fromPosition", backup.from)
                            json.member("size", backup.size)
                            json.member("bytes", backup.bytes)
                            json.member("createdAt", backup.createdAt)
                            json.member("manifestSha256", backup.digest)
                        }
                    }
                }
            }
        )
    }
}
