import Access
import App
import ArgumentParser
import Backups
import EventStore
import JSON

struct BackupCreate: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a backup: what came since the newest one, or all with --full.",
        discussion: """
            The log goes on meanwhile. Every event is hashed on the way, and the backup is signed only if its tree is the \
            one that was signed when the events were recorded: of a damaged log there is no backup.

            EXAMPLES:
              daybook backup create --full --description "before the move"
              daybook backup create --since 20261126-043711-3f9c2a71
            """
    )

    @Flag(help: "All of the log.")
    var full = false

    @Option(
        help: ArgumentHelp("The backup to go on from; the newest in the repository if not given.", valueName: "backup")
    )
    var since: String?

    @Option(help: ArgumentHelp("What you want to say of it.", valueName: "text"))
    var description: String?

    @Flag(help: "Put the keys that sign the log in as well. The backup has to be encrypted.")
    var escrowKeys = false

    @OptionGroup var place: RepositoryOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func validate() throws {
        if full, since != nil { throw ValidationError("A full backup goes on from none: leave out --since.") }
    }

    func perform(_ console: Console) async throws {
        try await database.withSystem(console) { [self] system in
            let order = BackupOrder(
                full ? .full : .incremental,
                repository: place.repository,
                baseID: since,
                summary: description,
                escrowsKeys: escrowKeys
            )
            let made = try await console.withProgress("Backing up", unit: "events") { bar in
                try await system.backups.create(order, by: Author(id: AccessActor.operatorID)) {
                    bar.update($0.done, of: $0.total)
                }
            }
            let manifest = made.manifest
            try console.result(
                text: """
                    Made \(manifest.backupID): \(ProgressLine.grouped(manifest.events)) events, \
                    \(ProgressLine.grouped(manifest.bytes)) bytes\(manifest.lock == nil ? ", not encrypted" : "").
                    It ends with event \(manifest.size - 1). Not in it: \
                    \(((manifest.signingKeys == nil ? ["the keys that sign the log"] : []) + BackupManifest.omissions)
                        .joined(separator: "; ")).
                    """,
                json: { json in
                    json.object { json in
                        json.member("backupId", manifest.backupID)
                        json.member("kind", manifest.kind.rawValue)
                        json.member("repository", made.repository)
                        json.member("fromPosition", manifest.from)
                        json.member("size", manifest.size)
                        json.member("bytes", manifest.bytes)
                        json.member("manifestSha256", made.digest)
                        json.member("encrypted", manifest.lock != nil)
                    }
                }
            )
        }
    }
}
