package import EventStore
import Events
package import Logging
package import Postgres
import ServiceLifecycle

/// Keeps the read models: makes their tables, feeds those that follow, rebuilds, checks and reports.
///
/// Call `prepare()` before the first append, hand `inlineProjections` to the event store, and run the service. Any
/// number of replicas may run; one at a time applies events to a read model.
package final class ProjectionEngine: Service, Sendable {
    /// The read models that this program knows, by name.
    package let definitions: [ProjectionDefinition]

    let pool: PostgresPool
    let limits: ProjectionLimits
    let logger: Logger
    /// Hints that the log has grown.
    let committed: CommitSignal
    /// Hints that a read model has moved on, by name.
    let applied: [String: CommitSignal]
    let makings = ServingMakings()
    let endOfEventsSQL: SQLFile

    /// An engine over a migrated database.
    ///
    /// - Parameters:
    ///   - definitions: the read models; those that come with Daybook unless said otherwise.
    ///   - committed: the event store's hint of new events; without it the engine looks at intervals.
    package init(
        pool: PostgresPool,
        definitions: [ProjectionDefinition]? = nil,
        committed: CommitSignal = CommitSignal(),
        limits: ProjectionLimits = ProjectionLimits(),
        logger: Logger
    ) throws {
        let definitions = try definitions ?? ProjectionDefinition.builtIn
        self.pool = pool
        self.definitions = definitions
        self.committed = committed
        self.limits = limits
        self.logger = logger
        endOfEventsSQL = try SQLFile("end-of-events.sql", in: .module)
        applied = Dictionary(definitions.map { ($0.name, CommitSignal()) }) { first, _ in first }
    }

    /// Feeds the read models that follow, until graceful shutdown or cancellation.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.followMakings() }
                for definition in self.definitions where definition.manifest.mode == .following {
                    group.addTask { await ProjectionFollower(engine: self, definition: definition).run() }
                }
            }
        }
    }

    /// The read model of a name.
    ///
    /// - Throws: `ProjectionError` that names those there are.
    package func definition(_ name: String) throws -> ProjectionDefinition {
        guard let definition = definitions.first(where: { $0.name == name }) else {
            let names = definitions.map(\.name).joined(separator: ", ")
            throw ProjectionError(.unknownProjection, "There is no read model \"\(name)\"; there are: \(names).")
        }
        return definition
    }
}
