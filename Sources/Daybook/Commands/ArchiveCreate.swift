import Access
import App
import ArgumentParser
import EventStore
import JSON
import Monitoring

struct ArchiveCreate: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Write old payloads to files, and take them out of the database.",
        discussion: """
            The payloads of log entries, requests, health checks, and of who looked at or asked for what, are written \
            to DAYBOOK_ARCHIVE_DIR, read back and compared with the log; only then are they taken out of the database. \
            Each kind is kept for its retention (DAYBOOK_LOG_RETENTION_DAYS, DAYBOOK_AUDIT_RETENTION_DAYS) whatever is \
            asked for here. Headers, digests and leaves stay, so `daybook verify` goes on to hold. Personal text is not \
            archived, and goes.

            EXAMPLES:
              daybook archive create --older-than-days 90
            """
    )

    @Option(help: ArgumentHelp("Recorded more than so many days ago.", valueName: "days"))
    var olderThanDays: Int

    @Flag(help: "Leave the payloads in the database.")
    var keep = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func validate() throws {
        guard (1...36_500).contains(olderThanDays) else {
            throw ValidationError("--older-than-days has to be from 1 to 36500.")
        }
    }

    func perform(_ console: Console) async throws {
        try await database.withSystem(console) { [self] system in
            let outcome = try await ArchiveService(system).archive(
                olderThanDays: olderThanDays,
                releases: !keep,
                by: Author(id: AccessActor.operatorID)
            )
            let names = outcome.archives.map(\.archiveID)
            try console.result(
                text: """
                    Archived \(ProgressLine.grouped(outcome.archived)) payloads\
                    \(names.isEmpty ? "" : " as \(names.joined(separator: ", "))"); \
                    released \(ProgressLine.grouped(outcome.released)).
                    """,
                json: { writer in
                    writer.object { writer in
                        writer.member("archives", names)
                        writer.member("archived", outcome.archived)
                        writer.member("released", outcome.released)
                    }
                }
            )
        }
    }
}
