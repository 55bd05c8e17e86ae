import Foundation
import TestSupport

/// Runs `tools/verify.py`, which shares no code with what made the evidence.
enum IndependentVerifier {
    struct Verdict: Sendable {
        var status: Int32
        var text: String
    }

    static func verify(
        _ command: String,
        _ evidence: [UInt8],
        keys: [String],
        checkpoints: [String] = []
    ) async throws -> Verdict {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-evidence-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appendingPathComponent("evidence")
        try Data(evidence).write(to: file)
        var arguments = [try script.path, command, file.path] + keys.flatMap { ["--key", $0] }
        for (index, checkpoint) in checkpoints.enumerated() {
            let file = directory.appendingPathComponent("checkpoint-\(index)")
            try Data(checkpoint.utf8).write(to: file)
            arguments += ["--checkpoint", file.path]
        }
        let outcome = try await Program.run([python.get()] + arguments)
        return Verdict(status: outcome.status, text: outcome.output + outcome.errors)
    }

    /// The repository is found from this file, since tests run from a build directory.
    private static var script: URL {
        get throws {
            var directory = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            while directory.path != "/" {
                directory.deleteLastPathComponent()
                let script = directory.appendingPathComponent("tools/verify.py")
                if FileManager.default.fileExists(atPath: script.path) { return script }
            }
            throw CocoaError(.fileNoSuchFile)
        }
    }

    /// The first Python with the one package that the verifier needs.
    private static let python = Result {
        for candidate in ["python3", "/usr/bin/python3"] {
            let outcome = try Program.runHere([candidate, "-c", "import cryptography"])
            if outcome.status == 0 { return candidate }
        }
        throw CocoaError(.executableLoad)
    }

}
