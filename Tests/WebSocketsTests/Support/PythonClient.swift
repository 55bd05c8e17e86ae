import Foundation
import TestSupport

/// Runs a script of `Clients/` under a Python that has the package `websockets`.
enum PythonClient {
    static func run(_ script: String, _ arguments: String...) async throws -> Program.Outcome {
        let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Clients/\(script)")
        return try await Program.run(["/usr/bin/python3", file.path] + arguments)
    }
}
