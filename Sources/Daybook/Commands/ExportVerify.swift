import App
import ArgumentParser
import Exports
import Foundation
import JSON
import OpenSSL

struct ExportVerify: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Say who made a file, when and from what; or that it was altered.",
        discussion: """
            By its SHA-256, which the log has of every export. Exit status 3: no export is this file, byte for byte.
            """
    )

    @Argument(help: ArgumentHelp("The file.", valueName: "file"), completion: .file())
    var file: String

    @Option(help: ArgumentHelp("The export that it is said to be of.", valueName: "export"))
    var export: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var speech: OutputOptions

    func perform(_ console: Console) async throws {
        let digest = try Self.digest(file)
        let origin = try await database.withSystem(console) { [self] system in
            try await system.exports.origin(ofFileWith: digest, exportID: export)
        }
        switch origin {
        case .known(let records):
            let texts = records.map(\.lines).joined(separator: "\n\n")
            try console.verdict(
                text: "It is what was made, byte for byte.\n\n\(texts)",
                json: { json in
                    json.object { json in
                        json.member("verdict", "known")
                        json.member("sha256", digest)
                        json.member(
                            "exports",
                            array: { json in for record in records { json.object { record.write(to: &$0) } } }
                        )
                    }
                }
            )
        case .unknown:
            throw CommandFailure(
                .findings,
                "No export is this file: it was altered, or not made here. Its SHA-256 is \(digest)."
            )
        case .altered(let record):
            throw CommandFailure(
                .findings,
                "It was altered: its SHA-256 is \(digest), that of export \(record.exportID) \(record.file?.sha256 ?? "")."
            )
        }
    }

    private static func digest(_ path: String) throws -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw CommandFailure(.usage, "Cannot read \(TerminalText.line(path)).")
        }
        var hash = SHA256()
        while let data = try handle.read(upToCount: 1 << 20), !data.isEmpty { hash.update(Array(data)) }
        return hash.finalize().hex
    }
}
