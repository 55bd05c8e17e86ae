import ArgumentParser
import EventStore
import Foundation
import JSON
import MerkleLog

struct ProofCheck: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a proof offline: without a database, a data directory or the network.",
        discussion: """
            The key is the log's verifier key, name+id+base64, which `daybook keys list` shows. Get it by another way \
            than the proof: a key that comes with what it is to prove proves nothing. Exit status 3 means that the \
            proof does not hold.
            """
    )

    @Argument(help: "The bundle; - for standard input.", completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp(
            "A public key of the log, as name+id+base64 or a file of them; may be repeated.",
            valueName: "key"
        )
    )
    var key: [VerifierKey]

    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        let bytes = try read()
        let bundle: ProofBundle
        let checkpoint: Checkpoint
        do {
            bundle = try ProofBundle(parsing: bytes)
            checkpoint = try bundle.verify(keys: key.flatMap(\.verifiers))
        } catch let error as ProofBundleError {
            throw CommandFailure(.findings, "The proof does not hold. \(error.message)")
        } catch let error as MerkleLogError {
            throw CommandFailure(.findings, "The proof does not hold. \(error.message).")
        }
        let header = bundle.event.header
        let fact = """
            The proof holds: the log \(checkpoint.origin) has, at position \(header.position), since \
            \(header.recordedAt), this event of \(header.actor):
            \(header.type.rawValue) \(String(decoding: bundle.event.data ?? [], as: UTF8.self))
            It is covered by the signed checkpoint of \(checkpoint.size) events.
            """
        try console.verdict(
            text: TerminalText.lines(fact),
            json: { writer in
                writer.object { writer in
                    writer.member("holds", true)
                    writer.member("origin", checkpoint.origin)
                    writer.member("position", header.position)
                    writer.member("checkpointSize", checkpoint.size)
                    writer.member("root", checkpoint.root.hex)
                }
            }
        )
    }

    private func read() throws -> [UInt8] {
        let data =
            file == "-" ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file)
        guard let data else { throw CommandFailure(.usage, "\(file) cannot be read.") }
        return Array(data)
    }
}
