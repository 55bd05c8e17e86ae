import App
import ArgumentParser
import JSON
import MerkleLog
import Monitoring

struct ArchiveCheck: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check an archive offline: without a database, a data directory or the network.",
        discussion: """
            Checks the signature of the manifest, the digest of every file, and that every event has the leaf hash that \
            its content gives. The key is the log's verifier key, name+id+base64, which `daybook keys list` shows. An \
            archive that is encrypted needs DAYBOOK_ARCHIVE_KEY_FILE or --archive-key. Exit status 3 means that it does \
            not hold.
            """
    )

    @Argument(help: "The folder of the archive.", completion: .directory)
    var folder: String

    @Option(
        help: ArgumentHelp(
            "A public key of the log, as name+id+base64 or a file of them; may be repeated.",
            valueName: "key"
        )
    )
    var key: [VerifierKey]

    @Option(help: ArgumentHelp("The file of the key that the archive is encrypted with.", valueName: "file"))
    var archiveKey: String?

    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        let file = try archiveKey ?? DaybookConfiguration().watching.archiveKeyFile
        let archive: ArchiveReader
        let count: Int64
        do {
            archive = try ArchiveReader(
                folder: folder,
                verifiers: key.flatMap(\.verifiers),
                key: try file.map { try ArchiveKey(file: $0) }
            )
            count = try await archive.check()
        } catch let error as MonitoringError where error.code == .inaccessible {
            throw CommandFailure(.failure, error.message)
        } catch {
            throw CommandFailure(.findings, "The archive does not hold: \(error)")
        }
        let manifest = archive.manifest
        try console.verdict(
            text: """
                The archive holds: \(ProgressLine.grouped(count)) events, positions \(manifest.fromPosition) to \
                \(manifest.toPosition), of \(manifest.types.joined(separator: ", "))
                """,
            json: { writer in
                writer.object { writer in
                    writer.member("archiveId", manifest.archiveID)
                    writer.member("events", count)
                    writer.member("fromPosition", manifest.fromPosition)
                    writer.member("toPosition", manifest.toPosition)
                }
            }
        )
    }
}
