import Access
import App
import ArgumentParser
import EventStore
import JSON
import Recovery

struct Restore: ConsoleCommand {
    static let configuration = CommandConfiguration(
        abstract: "Go back to a moment: roles and permissions become what they were then.",
        discussion: """
            Shows what would change, then asks. The restore is itself an event, and nothing is deleted: another \
            restore can undo it. The audit history, the access log and the log's own events do not go back. Refused \
            where it would leave nobody who can administer.

            EXAMPLES:
              daybook restore --to 2025-10-01T08:00:00Z --preview
              daybook restore --to 20117 --reason "role import went wrong"
            """
    )

    @Option(help: ArgumentHelp("A position, whose event stays in force, or a time.", valueName: "moment"))
    var to: MomentArgument

    @Flag(help: "Show what would change, and stop.")
    var preview = false

    @Option(help: ArgumentHelp("Why; goes into the log.", valueName: "text"))
    var reason: String?

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func validate() throws {
        if !preview, reason?.allSatisfy(\.isWhitespace) != false {
            throw ValidationError("A restore needs a --reason; with --preview it only shows what would change.")
        }
    }

    func perform(_ console: Console) async throws {
        try await database.withSystem(console) { [self] system in
            let actor = Author(id: AccessActor.operatorID)
            let found = try await system.recovery.preview(to.target, by: actor)
            if preview || !console.isJSON {
                try console.result(text: found.findings.text, json: { found.write(to: &$0) })
            }
            if preview { return }
            if let obstacle = found.findings.obstacle { throw CommandFailure(.refused, obstacle) }
            if !yes { try await Confirmation.ask("This takes effect at once.", word: "restore", console) }
            let outcome = try await system.recovery.restore(found.token, reason: reason ?? "", by: actor)
            let position = outcome.receipt.events.last?.position ?? 0
            try console.result(
                text: "Restored to position \(outcome.toPosition), by the event at \(position). "
                    + "To undo it: daybook restore --to \(position - 1)",
                json: { writer in
                    writer.object { writer in
                        writer.member("toPosition", outcome.toPosition)
                        writer.member("position", position)
                    }
                }
            )
        }
    }
}
