import Foundation

/// Runs a script of `Clients/` under a Python that has the package `websockets`, and gives what it wrote.
enum PythonClient {
    struct Outcome {
        var status: Int32
        var output: String
    }

    static func run(_ script: String, _ arguments: String...) async throws -> Outcome {
        let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Clients/\(script)")
        return try await run(["/usr/bin/python3", file.path] + arguments)
    }

    static func run(_ command: [String]) async throws -> Outcome {
        try await Task.detached {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = command
            let output = Pipe()
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let data = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return Outcome(status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
        }.value
    }
}
