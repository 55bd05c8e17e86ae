import App
import ArgumentParser
import EventStore
import Foundation
import JSON
import MerkleLog

struct Verify: ConsoleCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check that nobody changed the log.",
        discussion: """
            Hashes every event again, payloads included, and holds the result against every checkpoint that was \
            signed. The keys of the data directory are trusted, unless keys are given. A checkpoint that was kept \
            elsewhere (GET /log/checkpoint) also finds an end that was cut off, and a history that was forged and \
            signed again by somebody who has the keys. The tables, functions, views and triggers of the log are compared \
            with those that this program makes, which takes the rights to migrate; settings that change what they say \
            are named.

            Exit status 3 means that something does not hold; what, and from which position on, is printed. Exit status \
            6 means that the events hold, but that the schema could not be compared; with --events-only it is not looked \
            at.

            EXAMPLES:
              daybook verify
              daybook verify --checkpoint 2025-10.txt --checkpoint 2025-11.txt
              daybook verify --from 100000 --to 200000
            """
    )

    @Option(help: ArgumentHelp("The first position to check.", valueName: "position"))
    var from: Int64 = 0

    @Option(
        help: ArgumentHelp(
            "One past the last position to check; the end of the log if not given.",
            valueName: "position"
        )
    )
    var to: Int64?

    @Option(
        help: ArgumentHelp(
            "A public key to trust, as name+id+base64 or a file of them; may be repeated.",
            valueName: "key"
        )
    )
    var key: [VerifierKey] = []

    @Option(
        help: ArgumentHelp("A file with a signed checkpoint from before; may be repeated.", valueName: "file"),
        completion: .file()
    )
    var checkpoint: [String] = []

    @Flag(help: "Check the events alone, and not the schema that shows them to others.")
    var eventsOnly = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func validate() throws {
        guard from >= 0 else { throw ValidationError("--from is a position, 0 or more.") }
        guard to ?? .max > from else { throw ValidationError("--to has to be more than --from.") }
    }

    func perform(_ console: Console) async throws {
        let checkpoints = try checkpoint.map(Self.readCheckpoint)
        let verdict = try await database.withInspection(console) { [self] inspection in
            let schema = try await eventsOnly ? nil : inspection.compareSchema()
            let keys = try trustedKeys(inspection, console)
            let size = try await inspection.store.head().size
            guard from < size || from == 0 else {
                throw CommandFailure(.refused, "The log has \(size) events; --from has to be less than that.")
            }
            if let to, to > size {
                throw CommandFailure(.refused, "The log has \(size) events; --to has to be at most that.")
            }
            let range = from == 0 && to == nil ? nil : from..<(to ?? size)
            let report = try await console.withProgress("Verifying", unit: "events") { bar in
                try await LogVerifier(pool: inspection.pool).verify(
                    range,
                    trustedKeys: keys,
                    trustedCheckpoints: checkpoints
                ) { bar.update($0.done, of: $0.total) }
            }
            return VerificationVerdict(report: report, schema: schema)
        }
        try console.verdict(text: verdict.text, json: { verdict.write(to: &$0) })
        if verdict.status != .success { throw ExitCode(verdict.status.rawValue) }
    }

    /// The keys given, or those of the data directory.
    private func trustedKeys(_ inspection: DaybookInspection, _ console: Console) throws -> [NoteVerifier] {
        guard key.isEmpty else { return key.flatMap(\.verifiers) }
        let keys = try inspection.store.keys.verifiers()
        if keys.isEmpty {
            console.warning(
                "There is no key in \(inspection.store.keys.directory.path), so the log's own first key is believed. "
                    + "Give one by --key."
            )
        }
        return keys
    }

    private static func readCheckpoint(_ path: String) throws -> SignedNote {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(.usage, "The checkpoint file \(path) cannot be read.")
        }
        do {
            let note = try SignedNote(parsing: Array(data))
            _ = try Checkpoint(text: note.text)
            return note
        } catch {
            throw CommandFailure(.usage, "\(path) does not hold a signed checkpoint: \(error)")
        }
    }
}
