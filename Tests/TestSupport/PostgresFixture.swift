import Logging
package import PostgresServer
import Synchronization

/// The PostgreSQL server of a test process: started on first use, removed at exit, with a database for every test.
///
/// It flushes nothing to disk, because its data outlives no test; what has to survive a crash of the machine or a
/// killed server is tested on a ``FaultCluster``.
package actor PostgresFixture {
    private static let shared = PostgresFixture()
    /// A few times as many tests as a small machine has cores: enough that waiting for the disk overlaps.
    private static let turnstile = Turnstile(places: 10)

    private var starting: Task<RunningCluster, any Error>?
    private var templates: [String: Task<Void, any Error>] = [:]
    private let counter = Atomic<Int>(0)

    /// Lends the URL of a database of the test's own, a copy of the template's, dropped afterwards.
    @discardableResult
    package static func withFreshDatabase<R>(
        _ template: DatabaseTemplate = .empty,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (_ url: String) async throws -> R
    ) async throws -> R {
        try await turnstile.withPlace(isolation: isolation) {
            try await withFurtherDatabase(template, body)
        }
    }

    /// Lends a further database to a test that has one already. It waits for no place: a test that did so while it has one might
    /// wait for another that waits for it.
    package static func withFurtherDatabase<R>(
        _ template: DatabaseTemplate = .empty,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (_ url: String) async throws -> R
    ) async throws -> R {
        let cluster = try await shared.cluster()
        let name = "test_\(shared.counter.add(1, ordering: .relaxed).newValue)"
        try await shared.prepare(template, on: cluster)
        let administration = cluster.connectionURL(database: "postgres")
        try await Psql.run("CREATE DATABASE \(name) TEMPLATE template_\(template.name)", on: administration)
        let result: R
        do {
            result = try await body(cluster.connectionURL(database: name))
        } catch {
            _ = try? await Psql.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)", on: administration)
            throw error
        }
        try await Psql.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)", on: administration)
        return result
    }

    /// The process's cluster, started on the first call.
    package static func cluster() async throws -> RunningCluster { try await shared.cluster() }

    private func cluster() async throws -> RunningCluster {
        if let starting { return try await starting.value }
        let task = Task {
            try await PrivateCluster(
                dataDirectory: try TemporaryClusters.makeDirectory(),
                options: ClusterOptions(durability: .none),
                logger: Logger(label: "test.postgres")
            ).start()
        }
        starting = task
        return try await task.value
    }

    private func prepare(_ template: DatabaseTemplate, on cluster: RunningCluster) async throws {
        if let preparing = templates[template.name] { return try await preparing.value }
        let task = Task {
            let name = "template_\(template.name)"
            let administration = cluster.connectionURL(database: "postgres")
            try await Psql.run("CREATE DATABASE \(name) \(template.options)", on: administration)
            try await template.prepare(cluster.connectionURL(database: name))
        }
        templates[template.name] = task
        try await task.value
    }
}
