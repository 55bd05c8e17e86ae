import Foundation
import JSON
import TestSupport

/// Programs of others that read what was written.
enum Outside {
    /// What a Python program prints, given a file with bytes as its argument.
    static func python(_ program: String, _ input: [UInt8]) async throws -> JSONValue {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("daybook-\(UUID().uuidString)").path
        try Data(input).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        return try JSONValue(parsing: Array(try await run("/usr/bin/python3", ["-B", "-c", program, file]).utf8))
    }

    /// What a program prints.
    static func run(_ path: String, _ arguments: [String]) async throws -> String {
        try await Program.run([path] + arguments).output
    }
}
