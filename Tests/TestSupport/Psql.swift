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
        let outcome = try await Program.run(
            [executable, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url],
            input: Array(statements.utf8)
        )
        guard outcome.status == 0 else {
            throw Failure(description: "psql: \(outcome.errors) (for: \(statements.prefix(200)))")
        }
        let text = outcome.output
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    private static var executable: String {
        let places = ["/usr/lib/postgresql/15/bin/psql", "/usr/bin/psql", "/opt/homebrew/opt/postgresql@15/bin/psql"]
        return places.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "psql"
    }
}
