import Access
import App
import ArgumentParser
import Backups
import EventStore
import JSON

struct BackupRehearse: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "Try a restore: into a database of its own, which is dropped afterwards.",
        discussion: """
            The backup is restored and verified, its read models are made, and every row of them is held against what the \
            log that runs gives at that position. The outcome goes into the log. The database user has to be allowed to \
            make databases, and there has to be room for a second copy. What a rehearsal that was killed left behind is \
            dropped by the next one.

            Exit status 3 means that something is wrong.
            """
    )

    @Argument(help: "The backup; the newest in the repository if not given.")
    var backup: String?

    @OptionGroup var place: RepositoryOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        let report = try await database.withSystem(console) { [self] system in
            try await console.withProgress("Rehearsing", unit: "steps") { bar in
                try await system.backups.rehearse(
                    backup,
                    in: place.repository,
                    by: Author(id: AccessActor.operatorID)
                ) { bar.update($0.done, of: $0.total) }
            }
        }
        try console.verdict(text: Self.text(report), json: { $0.object { report.write(to: &$0) } })
        if !report.passed { throw ExitCode(ExitStatus.findings.rawValue) }
    }

    private static func text(_ report: RehearsalReport) -> String {
        guard !report.passed else {
            return "\(report.backupID) can be restored: \(ProgressLine.grouped(report.events)) events, "
                + "\(report.models) read models, row for row, in \(report.milliseconds / 1_000) s."
        }
        return "\(report.backupID) FAILED its rehearsal:\n"
            + report.findings.map { TerminalText.line($0) }.joined(separator: "\n")
    }
}
