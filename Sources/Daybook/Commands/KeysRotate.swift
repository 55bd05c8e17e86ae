import Access
import ArgumentParser
import EventStore
import JSON

struct KeysRotate: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Sign with a new key from now on.",
        discussion: """
            The new key comes into the log under a checkpoint of the old one, then the old one is retired; what it \
            signed verifies for ever. A running server with the same data directory goes on with the new key. Servers \
            with data directories of their own need the keys directory copied to them, and do not append until then.
            """
    )

    @Option(help: ArgumentHelp("Why; goes into the log.", valueName: "text"))
    var reason: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        let (old, new) = try await database.withSystem(console) { [reason] system in
            try await system.store.rotateKey(actor: AccessActor.operatorID, reason: reason)
        }
        try console.result(
            text: """
                The key \(new.id) signs from position \(new.createdAt + 1) on; \(old.id) is retired.
                Verifier key: \(new.verifier)
                """,
            json: { writer in
                writer.object { writer in
                    writer.name("retired")
                    old.write(to: &writer)
                    writer.name("current")
                    new.write(to: &writer)
                }
            }
        )
    }
}
