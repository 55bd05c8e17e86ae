import App
import ArgumentParser
import EventStore
import JSON

struct ExportLog: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Write a range of the log to a file that anybody can verify.",
        discussion: """
            Writes “daybook export 1”: one JSON object a line, with the tree's edge before the range, the events, and \
            the signed checkpoint that they lead to; the range goes on to the first checkpoint that covers --to. \
            `tools/verify.py` checks such a file without Daybook. Personal text is left out unless asked for; its \
            digests stand in for it. That the log was exported is recorded.

            EXAMPLES:
              daybook export --output log.ndjson
              daybook export --from 10000 --to 20000 --personal | gzip > range.ndjson.gz
            """
    )
    static let isListing = true

    @Option(help: ArgumentHelp("The first position.", valueName: "position"))
    var from: Int64 = 0

    @Option(help: ArgumentHelp("One past the last position; the end of the log if not given.", valueName: "position"))
    var to: Int64?

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
        guard from >= 0 else { throw ValidationError("--from is a position, 0 or more.") }
        guard to ?? .max >= from else { throw ValidationError("--to must not be less than --from.") }
    }

    func perform(_ console: Console) async throws {
        let destination = try OutputFile(path: output)
        do {
            try await export(into: destination, console)
        } catch {
            destination.discard()
            throw error
        }
    }

    private func export(into destination: OutputFile, _ console: Console) async throws {
        let range = try await database.withSystem(console) { [self] system in
            let export = try await system.store.export(from: from, to: to, includingPersonal: personal)
            let range = export.range
            try await system.audit.record(
                .export,
                filter: [
                    "from": .number(JSONNumber(range.lowerBound)),
                    "to": .number(JSONNumber(range.upperBound)),
                    "personal": .bool(personal),
                ],
                returned: Int64(range.count),
                by: .operator
            )
            try await console.withProgress("Exporting", unit: "events", total: Int64(range.count)) { bar in
                var done: Int64 = 0
                for try await lines in export {
                    try destination.write(lines)
                    // Header and trailer are lines too, but no events.
                    done += Int64(lines.count { $0 == UInt8(ascii: "\n") })
                    bar.update(min(max(0, done - 1), Int64(range.count)))
                }
            }
            return range
        }
        try destination.finish()
        guard let path = destination.path else { return }
        try console.result(
            text: "Wrote positions \(range.lowerBound) to \(range.upperBound - 1) to \(TerminalText.line(path)).",
            json: { writer in
                writer.object { writer in
                    writer.member("from", range.lowerBound)
                    writer.member("to", range.upperBound)
                    writer.member("file", path)
                }
            }
        )
    }
}
