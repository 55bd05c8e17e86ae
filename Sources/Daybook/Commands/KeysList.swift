import ArgumentParser
import EventStore
import JSON

struct KeysList: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the log's keys, oldest first, as the log tells.",
        discussion: """
            The verifier key is what others need to check proofs and exports offline: give it to them by another way \
            than the data itself.

            EXAMPLES:
              daybook keys list
              daybook keys list --verifier > daybook.pub
            """
    )
    static let isListing = true

    @Flag(help: "The verifier keys alone, one a line.")
    var verifier = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        let keys = try await database.withInspection(console) { try await $0.store.logKeys() }
        if verifier { return try console.result(lines: keys.map(\.verifier)) }
        if console.isJSON {
            for key in keys { try console.result(json: { key.write(to: &$0) }) }
            return
        }
        guard !keys.isEmpty else { return console.note("The log has no key yet. Start it with: daybook serve") }
        var table = Table([
            Table.Column("ID"), Table.Column("SINCE", .right), Table.Column("UNTIL", .right),
            Table.Column("VERIFIER KEY"),
        ])
        for key in keys { table.add(key.id, "\(key.createdAt)", key.retiredAt.map { "\($0)" } ?? "", key.verifier) }
        try console.result(table.rendered())
    }
}

extension LogKey {
    /// Writes the key with the members that the API gives it.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name)
            writer.member("id", id)
            writer.member("verifier", verifier)
            writer.member("createdPosition", createdAt)
            if let retiredAt { writer.member("retiredPosition", retiredAt) }
        }
    }
}
