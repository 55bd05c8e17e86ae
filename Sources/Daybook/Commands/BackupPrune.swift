import Access
import App
import ArgumentParser
import Backups
import EventStore
import JSON

struct BackupPrune: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove backups that a rule does not keep, or one that is named.",
        discussion: """
            What any part of the rule keeps is kept, with all that it rests on; the newest always is. A backup that is in \
            use stays.

            EXAMPLES:
              daybook backup prune --keep-days 14 --keep-weekly 8 --keep-monthly 12 --dry-run
              daybook backup prune --backup 20261126-043711-3f9c2a71 --reason "has the wrong description"
            """
    )

    @Option(help: ArgumentHelp("Keep so many of the newest.", valueName: "count"))
    var keepLast: Int?
    @Option(help: ArgumentHelp("Keep all that are so many days old or younger.", valueName: "days"))
    var keepDays: Int?
    @Option(help: ArgumentHelp("Keep the newest of each of so many days.", valueName: "days"))
    var keepDaily: Int?
    @Option(help: ArgumentHelp("Keep the newest of each of so many weeks.", valueName: "weeks"))
    var keepWeekly: Int?
    @Option(help: ArgumentHelp("Keep the newest of each of so many months.", valueName: "months"))
    var keepMonthly: Int?
    @Option(help: ArgumentHelp("Keep the newest of each of so many years.", valueName: "years"))
    var keepYearly: Int?
    @Option(help: ArgumentHelp("Remove this one.", valueName: "backup"))
    var backup: String?
    @Option(help: ArgumentHelp("Why; goes into the log.", valueName: "text"))
    var reason: String?
    @Flag(name: [.customLong("dry-run")], help: "Only say what would go.")
    var isDryRun = false

    @OptionGroup var place: RepositoryOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    private var retention: BackupRetention {
        BackupRetention(
            last: keepLast,
            days: keepDays,
            daily: keepDaily,
            weekly: keepWeekly,
            monthly: keepMonthly,
            yearly: keepYearly
        )
    }

    func validate() throws {
        guard retention.isEmpty == (backup != nil) else {
            throw ValidationError("Say which backups are kept (--keep-…), or which one goes (--backup).")
        }
        do { try retention.check() } catch { throw ValidationError(error.message) }
    }

    func perform(_ console: Console) async throws {
        try await database.withSystem(console) { [self] system in
            let author = Author(id: AccessActor.operatorID)
            var pruning = BackupService.Pruning()
            if let backup {
                try await system.backups.remove(
                    backup,
                    from: place.repository,
                    reason: reason,
                    isDryRun: isDryRun,
                    by: author
                )
                pruning.removed = [backup]
            } else {
                pruning = try await system.backups.prune(
                    retention,
                    in: place.repository,
                    isDryRun: isDryRun,
                    by: author
                )
            }
            let done = pruning
            var lines = [done.removed.isEmpty ? "Nothing \(isDryRun ? "would go" : "was removed")." : ""]
            lines += done.removed.map { "\(isDryRun ? "would go" : "removed"): \($0)" }
            lines += done.inUse.map { "in use, and kept: \($0)" }
            lines += done.unfinished.map { "\(isDryRun ? "would go" : "removed"), never finished: \($0)" }
            try console.result(
                text: lines.filter { !$0.isEmpty }.joined(separator: "\n"),
                json: { $0.object { done.write(isDryRun: isDryRun, to: &$0) } }
            )
        }
    }
}
