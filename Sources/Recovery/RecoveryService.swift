package import EventStore
import Events
package import Postgres
package import ProjectionEngine

/// Restoring to a moment, in place: what rewinds becomes what it was, and nothing is deleted.
///
/// A restore is an event like any other, so another restore can undo it. It is previewed first, and carried out only
/// as it was previewed.
package final class RecoveryService: Sendable {
    /// How many rows of each kind of thing a preview shows.
    let shownRows: Int
    /// How long the database may take over one query.
    let deadline = Duration.seconds(120)

    let store: EventStore
    let pool: PostgresPool
    let administration: [String]
    let afterwards: @Sendable () async -> Void
    let administratorsSQL: SQLFile
    let changesSQL: SQLFile
    let wholePositionsSQL: SQLFile
    /// The read models that rewind.
    let rewinding: [ProjectionDefinition]

    /// A service over a log and its read models.
    ///
    /// - Parameters:
    ///   - administration: the names of the permissions that make an administrator, when held together in the
    ///     institution as a whole. Of them, those count that there were at the moment that is gone back to.
    ///   - afterwards: called after a restore; installs again what this release needs and the moment did not have yet.
    ///   - shownRows: how many rows of each kind of thing a preview shows.
    package init(
        store: EventStore,
        pool: PostgresPool,
        engine: ProjectionEngine,
        administration: [String],
        shownRows: Int = 100,
        afterwards: @escaping @Sendable () async -> Void = {}
    ) throws {
        self.store = store
        self.pool = pool
        self.administration = administration
        self.shownRows = shownRows
        self.afterwards = afterwards
        rewinding = engine.definitions.filter(\.manifest.rewinds)
        administratorsSQL = try SQLFile("administrators.sql", in: .module)
        changesSQL = try SQLFile("changes.sql", in: .module)
        wholePositionsSQL = try SQLFile("whole-positions.sql", in: .module)
    }

    /// The types whose events change what a preview showed.
    var rewoundTypes: Set<EventType> {
        rewinding.reduce(into: []) { types, definition in
            types.formUnion(definition.manifest.subscribedTypes ?? Set(EventCatalogue.all.map(\.type)))
        }
    }

    /// Who could administer after the first `size` events: the first few, by id.
    func administrators(after size: Int64, _ connection: PostgresConnection) async throws -> [String] {
        let rows = try await connection.query(administratorsSQL(size, administration, Int32(20)), deadline: deadline)
        return try rows.map { try $0.decode(String.self) }
    }
}
