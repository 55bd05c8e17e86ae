import App
import ArgumentParser
import Backups
import Foundation
import JSON
import Logging
import MerkleLog

struct BackupRestore: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a log of a backup: in a new data directory, or an empty database.",
        discussion: """
            Every event is hashed again, and the tree of the whole backup must be the one that was signed; then the log is \
            there at once, or not at all. What the log says was erased stays erased. The read models are made again. A \
            signed certificate says what was restored, and what is known to be missing; a checkpoint that was kept \
            elsewhere (--checkpoint) tells more. The restore is recorded in the log that it makes.

            To put the roles of the log that runs back to a moment, use: daybook restore

            EXAMPLES:
              daybook backup restore --data-dir /srv/new --keys /safe/keys
              daybook backup restore --data-dir /srv/new --to 2026-10-01T08:00:00Z --checkpoint kept.txt
              DATABASE_URL=postgresql://localhost/empty daybook backup restore 20261126-043711-3f9c2a71
            """
    )

    @Argument(help: "The backup; the newest in the repository if not given.")
    var backup: String?

    @Option(
        help: ArgumentHelp(
            "Up to a position, whose event is the last, or a time; all if not given.",
            valueName: "moment"
        )
    )
    var to: MomentArgument?

    @Option(
        help: ArgumentHelp("The directory of the keys that sign the log, to be taken over.", valueName: "directory"),
        completion: .directory
    )
    var keys: String?

    @Option(
        help: ArgumentHelp("A file with a signed checkpoint from before; may be repeated.", valueName: "file"),
        completion: .file()
    )
    var checkpoint: [String] = []

    @Option(
        help: ArgumentHelp(
            "The name of the log that is in the data directory; it is moved aside, once the backup was verified.",
            valueName: "log"
        )
    )
    var replace: String?

    @OptionGroup var place: RepositoryOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        let configuration = try database.configuration(logLevel: .warning, console)
        var wish = BackupRestoration.Wish()
        wish.backupID = backup
        wish.keysDirectory = keys
        wish.replacing = replace
        wish.known = try checkpoint.map(Self.checkpoint)
        switch to {
        case nil: wish.point = .end
        case .position(let position)?: wish.point = .size(position + 1)
        case .time(let time)?: wish.point = .moment(time)
        }
        let wanted = wish
        let restoration = BackupRestoration(
            configuration,
            repository: place.repository,
            logger: Logger(label: "daybook")
        )
        let outcome = try await console.withProgress("Restoring", unit: "events") { bar in
            try await restoration.run(wanted, progress: StartReport(console).handlers) {
                bar.update($0.done, of: $0.total)
            }
        }
        let certificate = outcome.certificate
        try console.result(
            text: """
                \(certificate.statement)
                The certificate is in \(outcome.certificatePath).\
                \(outcome.movedAside.map { "\nWhat was there before is in \($0)." } ?? "")
                """,
            json: { json in
                json.object { json in
                    json.member("origin", certificate.origin)
                    json.member("size", certificate.size)
                    json.member("root", certificate.root)
                    json.member("backupId", certificate.backupID)
                    json.member("missingEvents", certificate.missing)
                    json.member("cleanedEvents", certificate.cleaned)
                    json.member("certificate", outcome.certificatePath)
                    if let aside = outcome.movedAside { json.member("movedAside", aside) }
                }
            }
        )
    }

    private static func checkpoint(_ path: String) throws -> Checkpoint {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(.usage, "The checkpoint file \(path) cannot be read.")
        }
        do { return try Checkpoint(text: try SignedNote(parsing: Array(data)).text) } catch {
            throw CommandFailure(.usage, "\(path) does not hold a signed checkpoint: \(error)")
        }
    }
}
