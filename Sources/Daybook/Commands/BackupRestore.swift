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

    @Flag(
        help: ArgumentHelp(
            "Make no Daybook, but tables of --branch alone, to be looked at: in schema branch_view of an empty database, "
                + "which is read-only afterwards. The log and all else is dropped again."
        )
    )
    var intoView = false

    @Option(help: ArgumentHelp("The branch of --into-view.", valueName: "branch"))
    var branch: String?

    @OptionGroup var place: RepositoryOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func validate() throws {
        guard intoView == (branch != nil) else { throw ValidationError("--into-view and --branch go together.") }
        if intoView, replace != nil { throw ValidationError("A view takes nothing's place: leave out --replace.") }
    }

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
        if let branch { return try await view(branch, configuration, wanted, console) }
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
                \(outcome.movedAside.map { "\nWhat was there before is in \($0)." } ?? "")\
                \(Self.notice(outcome.keysFromBackup))\(Self.notice(leftOut: outcome.leftOut))\
                \(Self.notice(replaced: outcome.replaced))
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
                    if !outcome.keysFromBackup.isEmpty {
                        json.member(
                            "keysFromBackup",
                            array: { json in outcome.keysFromBackup.forEach { json.value($0) } }
                        )
                    }
                    if !outcome.leftOut.isEmpty {
                        json.member("leftOut", array: { json in outcome.leftOut.forEach { json.value($0) } })
                    }
                    if !outcome.replaced.isEmpty {
                        json.member("replaced", array: { json in outcome.replaced.forEach { json.value($0) } })
                    }
                    if let aside = outcome.movedAside { json.member("movedAside", aside) }
                }
            }
        )
    }

    private static func notice(_ keys: [String]) -> String {
        guard !keys.isEmpty else { return "" }
        return "\nTHE SIGNING KEYS CAME FROM THE BACKUP. Compare with what you, or auditors, know of the log:\n"
            + keys.map { "  \($0)" }.joined(separator: "\n")
    }

    private static func notice(leftOut: [String]) -> String {
        guard !leftOut.isEmpty else { return "" }
        return "\nLEFT OUT, since they could not be trusted or read:\n"
            + leftOut.map { "  \(TerminalText.line($0))" }.joined(separator: "\n")
    }

    private static func notice(replaced: [String]) -> String {
        guard !replaced.isEmpty else { return "" }
        return "\nSOMEBODY CHANGED THE REPOSITORY. What was restored was signed and verified; look at the rest:\n"
            + replaced.map { "  \(TerminalText.line($0))" }.joined(separator: "\n")
    }

    private func view(
        _ branch: String,
        _ configuration: DaybookConfiguration,
        _ wish: BackupRestoration.Wish,
        _ console: Console
    ) async throws {
        let view = BranchView(configuration, repository: place.repository, logger: Logger(label: "daybook"))
        let outcome = try await console.withProgress("Restoring", unit: "events") { bar in
            try await view.make(of: branch, wish, progress: StartReport(console).handlers) {
                bar.update($0.done, of: $0.total)
            }
        }
        let tables = outcome.rows.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        try console.result(
            text: """
                What \(outcome.backupID) has of \(branch), as of position \(outcome.size - 1), to be looked at; it is no log, \
                and proves nothing.
                \(tables.map { "  \(BranchTables.schema).\($0.key): \($0.value) rows" }.joined(separator: "\n"))
                Role \(outcome.role) may read it.
                """,
            json: { json in
                json.object { json in
                    json.member("backupId", outcome.backupID)
                    json.member("branch", branch)
                    json.member("size", outcome.size)
                    json.member("schema", BranchTables.schema)
                    json.member("role", outcome.role)
                    json.member("tables", object: { json in for (name, rows) in tables { json.member(name, rows) } })
                }
            }
        )
    }

    private static func checkpoint(_ path: String) throws -> SignedNote {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(.usage, "The checkpoint file \(path) cannot be read.")
        }
        do { return try SignedNote(parsing: Array(data)) } catch {
            throw CommandFailure(.usage, "\(path) does not hold a signed checkpoint: \(error)")
        }
    }
}
