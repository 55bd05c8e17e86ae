import App
import ArgumentParser
import EventStore
import JSON

struct ProofWrite: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "write",
        abstract: "Write the proof that an event is in the log.",
        discussion: """
            Writes a bundle “daybook proof 1”: the event, its entry, and a C2SP tlog-proof of it, which holds a signed \
            checkpoint. Whoever has the log's public key checks it without Daybook's help. That the event was proven \
            is recorded. `daybook proof POSITION` is short for this.
            """
    )
    static let isListing = true

    @Argument(help: "The event's position.")
    var position: Int64

    @Flag(help: "With personal text that was not erased.")
    var personal = false

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("The file to write; standard output if not given.", valueName: "file"),
        completion: .file()
    )
    var output: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func validate() throws {
        guard position >= 0 else { throw ValidationError("A position is 0 or more.") }
    }

    func perform(_ console: Console) async throws {
        let bundle = try await database.withSystem(console) { [position] system in
            guard let event = try await system.store.reader.event(at: position) else {
                let size = try await system.store.head().size
                throw CommandFailure(.refused, "The log has no event at \(position); its last one is at \(size - 1).")
            }
            let proof = try await system.store.prover.proof(of: position)
            try await system.audit.record(
                .proof,
                filter: ["position": .number(JSONNumber(position))],
                returned: 1,
                by: .operator
            )
            return ProofBundle(event: event, proof: proof)
        }
        var writer = JSONWriter()
        bundle.write(into: &writer, includingPersonal: personal)
        writer.newline()
        let file = try OutputFile(path: output)
        try file.write(writer.bytes)
        try file.finish()
        guard let path = file.path else { return }
        try console.result(
            text: "Wrote the proof of the event at \(position) to \(TerminalText.line(path)).",
            json: { writer in
                writer.object { writer in
                    writer.member("position", position)
                    writer.member("file", path)
                }
            }
        )
    }
}
