import Access
import App
import ArgumentParser
import EventStore
import JSON

struct Erase: ConsoleCommand {
    static let configuration = CommandConfiguration(
        abstract: "Erase a person's personal text from the log, for good.",
        discussion: """
            Names, addresses and free text about the person are removed from every event recorded so far, and from \
            the read models. The events stay, with digests in place of the text, so every proof still holds. The \
            erasure is itself an event. It cannot be undone.

            EXAMPLES:
              daybook erase --user ada --reason "request of 2025-11-03"
            """
    )

    @Option(help: ArgumentHelp("Whose.", valueName: "id"))
    var user: String

    @Option(help: ArgumentHelp("Why; goes into the log. No personal text, please.", valueName: "text"))
    var reason: String

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func validate() throws {
        guard !reason.allSatisfy(\.isWhitespace) else { throw ValidationError("--reason must not be empty.") }
    }

    func perform(_ console: Console) async throws {
        try await database.withSystem(console) { [self] system in
            let count = try await system.store.personalEventCount(of: user)
            guard count > 0 else {
                throw CommandFailure(.refused, "The log holds no personal text about \(user). Is that the right id?")
            }
            let events = "\(ProgressLine.grouped(count)) \(count == 1 ? "event" : "events")"
            if !yes {
                try await Confirmation.ask(
                    "Personal text about \(user) will be erased from \(events). This cannot be undone.",
                    word: user,
                    console
                )
            }
            let erasure = try await system.store.erasePersonal(
                of: user,
                reason: reason,
                actor: AccessActor.operatorID
            )
            let position = erasure.receipt.events.last?.position ?? 0
            try console.result(
                text: "Erased personal text from \(events); recorded at position \(position).",
                json: { writer in
                    writer.object { writer in
                        writer.member("userId", user)
                        writer.member("events", erasure.events)
                        writer.member("position", position)
                    }
                }
            )
        }
    }
}
