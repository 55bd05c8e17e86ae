import Foundation

/// Runs statements through `psql`, so that tests which set the stage depend on nothing that they test.
package enum Psql {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    /// Runs statements, each in its own transaction, and returns what they print: unaligned, a row a line, columns
    /// parted by `|`.
    @discardableResult
    package static func run(_ statements: String, on url: String) async throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url]
        let input = Pipe()
        let output = Pipe()
        let errors = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // A psql that finds no server may be gone before it is told anything; its exit status says so below.
        try? input.fileHandleForWriting.write(contentsOf: Data(statements.utf8))
        try? input.fileHandleForWriting.close()
        async let said = text(of: output)
        async let complained = text(of: errors)
        let (text, complaint) = await (said, complained)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "psql: \(complaint) (for: \(statements.prefix(200)))")
        }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    private static var executable: String {
        let places = ["/usr/lib/postgresql/15/bin/psql", "/usr/bin/psql", "/opt/homebrew/opt/postgresql@15/bin/psql"]
        return places.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "psql"
    }

    private static func text(of pipe: Pipe) async -> String {
        await withCheckedContinuation { continuation in
            // On a thread of its own: reading to the end blocks.
            Thread.detachNewThread {
                let data = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }
}
