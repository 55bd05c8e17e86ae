import Logging
import PostgresServer
import TestSupport
import Testing

/// Lends a directory for clusters of one test's own; whatever runs below it afterwards is ended.
func withScratch<R>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (_ directory: String) async throws -> R
) async throws -> R {
    let directory = try TemporaryClusters.makeDirectory()
    defer { TemporaryClusters.remove(directory) }
    return try await body(directory)
}

/// Asks the server, by a client that is not ours.
func expectAnswer(
    _ expected: String,
    to statement: String,
    on url: String,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let answer = try await Psql.run(statement, on: url)
    #expect(answer == expected, "\(statement)", sourceLocation: sourceLocation)
}

extension PrivateCluster {
    /// A quick cluster in the directory.
    static func quick(_ directory: String, progress: @escaping ClusterProgressHandler = { _ in }) -> PrivateCluster {
        PrivateCluster(
            dataDirectory: directory,
            options: ClusterOptions(durability: .none),
            logger: Logger(label: "test"),
            progress: progress
        )
    }
}
