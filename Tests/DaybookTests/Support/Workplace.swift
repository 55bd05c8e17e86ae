import Foundation
import TestSupport

/// A data directory of a test's own, and the commands in it.
struct Workplace: Sendable {
    let dataDirectory: String
    /// The database, where it is not a private cluster under the data directory.
    let databaseURL: String?
    /// What else the commands find in their environment.
    var settings: [String: String] = [:]

    /// Lends a data directory that has a private cluster once something is started in it.
    static func withPrivateCluster<R>(_ body: (Workplace) async throws -> R) async throws -> R {
        let directory = try TemporaryClusters.makeDirectory()
        defer { TemporaryClusters.remove(directory) }
        return try await body(Workplace(dataDirectory: "\(directory)/book", databaseURL: nil))
    }

    /// Lends a data directory beside a fresh database of the test process's server.
    static func withDatabase<R>(_ body: (Workplace) async throws -> R) async throws -> R {
        try await PostgresFixture.withFreshDatabase { url in
            let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
                "daybook-\(UUID().uuidString)"
            )
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: directory) }
            return try await body(Workplace(dataDirectory: directory.path, databaseURL: url))
        }
    }

    var environment: [String: String] {
        settings.merging(databaseURL.map { ["DATABASE_URL": $0] } ?? [:]) { $1 }
    }

    func start(_ arguments: String...) throws -> DaybookProcess {
        try DaybookProcess(arguments + ["--data-dir", dataDirectory], environment: environment)
    }

    func run(_ arguments: String...) async throws -> DaybookProcess.Outcome {
        try await run(arguments)
    }

    func run(_ arguments: [String]) async throws -> DaybookProcess.Outcome {
        try await DaybookProcess.run(arguments + ["--data-dir", dataDirectory], environment: environment)
    }

    /// Runs a command that has to succeed, and returns its output.
    @discardableResult
    func output(_ arguments: String...) async throws -> String {
        let outcome = try await run(arguments)
        guard outcome.status == 0 else { throw Failed(arguments: arguments, outcome: outcome) }
        return outcome.output
    }

    struct Failed: Error, CustomStringConvertible {
        var arguments: [String]
        var outcome: DaybookProcess.Outcome

        var description: String { "daybook \(arguments.joined(separator: " ")): \(outcome)" }
    }

    /// Starts a server on a free port, and returns it with its address.
    func serve(_ arguments: String...) async throws -> (server: DaybookProcess, address: String, said: String) {
        let server = try DaybookProcess(
            ["serve", "--port", "0", "--data-dir", dataDirectory] + arguments,
            environment: environment
        )
        let said = try await server.output(containing: "listens on ")
        guard let address = said.split(whereSeparator: \.isWhitespace).last(where: { $0.hasPrefix("http://") }) else {
            throw DaybookProcess.TookTooLong(description: "There is no address in: \(said)")
        }
        return (server, String(address), said)
    }

    /// Lends a path for a file of the test's own.
    func file(_ name: String) -> String { "\(dataDirectory)/\(name)" }
}

/// A request to a server.
enum Web {
    /// The status and the body of the answer; status 0 where there is none.
    static func get(
        _ address: String,
        token: String? = nil,
        patience: Int = 20
    ) async throws -> (status: Int, body: String) {
        let authorization = token.map { ["--header", "Authorization: Bearer \($0)"] } ?? []
        let text = try await Program.run(
            ["curl", "--silent", "--max-time", "\(patience)", "--write-out", "\n%{http_code}"] + authorization
                + [address]
        ).output
        let end = text.lastIndex(of: "\n") ?? text.startIndex
        return (Int(text[end...].dropFirst()) ?? 0, String(text[..<end]))
    }
}
