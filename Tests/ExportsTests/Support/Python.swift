import Foundation
import JSON

/// Programs of others that read what was written.
enum Outside {
    /// What a Python program prints, given bytes at its standard input.
    static func python(_ program: String, _ input: [UInt8]) async throws -> JSONValue {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-\(UUID().uuidString)").path
        try Data(input).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        return try JSONValue(parsing: Array(try await run("/usr/bin/python3", ["-B", "-c", program, file]).utf8))
    }

    /// What a program prints.
    static func run(_ path: String, _ arguments: [String]) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            // A thread of its own: what waits for a process holds up no other test.
            Thread.detachNewThread {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: path)
                process.arguments = arguments
                let output = Pipe()
                process.standardOutput = output
                do {
                    try process.run()
                    let data = output.fileHandleForReading.readDataToEndOfFile()
                    process.waitUntilExit()
                    continuation.resume(returning: String(decoding: data, as: UTF8.self))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }
}
