import EventStore
import Postgres
import ProjectionEngine
import Time

/// Reads resources as of any moment from the intervals of their read models.
struct ResourceReader: Sendable {
    /// How long the database may take over one query.
    private static let deadline = Duration.seconds(20)

    private let store: EventStore
    private let pool: PostgresPool
    private let engine: ProjectionEngine
    private let patience: Duration
    private let resourcesSQL: SQLFile

    /// - Parameter patience: how long a read as of a moment waits for the read model to hold it.
    init(store: EventStore, pool: PostgresPool, engine: ProjectionEngine, patience: Duration = .seconds(2)) throws {
        self.store = store
        self.pool = pool
        self.engine = engine
        self.patience = patience
        resourcesSQL = try SQLFile("resources.sql", in: .module)
    }

    /// A page of things.
    func page(
        of resource: Resource,
        _ query: ResourceQuery,
        at moment: ResourceMoment,
        _ sight: ResourceSight
    ) async throws -> ResourcePage {
        let size = try await size(at: moment, of: resource.readModel)
        let sql = ResourceSQL(resource: resource, query: query, sight: sight, size: size)
        let rows = try await pool.query(resourcesSQL.filled(sql.fragments), deadline: Self.deadline)
        return try Self.page(rows, sql)
    }

    @inline(never)
    private static func page(_ rows: [PostgresRow], _ sql: ResourceSQL) throws -> ResourcePage {
        guard let position = try rows.first?.decode("position", as: Int64.self) else {
            throw ResourceError(.behind, "The read model is not there yet. Try again shortly.")
        }
        let fields = sql.fields
        let found = try rows.filter { try $0.decode("found", as: Bool?.self) != nil }
        let shown = found.prefix(sql.query.limit)
        var next: ResourceQuery.Place?
        if found.count > shown.count, let last = shown.last {
            next = try (0..<sql.placeCount).map { try last.decode(column: 2 + fields.count + $0, as: String.self) }
        }
        return ResourcePage(
            rows: try shown.map { row in
                try fields.enumerated().map { try Self.value(of: row, column: $0 + 2, $1.kind) }
            },
            columns: fields,
            size: sql.size ?? position,
            readAt: position,
            next: next
        )
    }

    private static func value(
        of row: PostgresRow,
        column: Int,
        _ kind: ResourceColumn.Kind
    ) throws -> ResourceValue {
        if row.isNull(column: column) { return .null }
        return switch kind {
        case .text, .day: .text(try row.decode(column: column, as: String.self))
        case .integer: .integer(try row.decode(column: column, as: Int64.self))
        case .sum: .number(try row.decode(column: column, as: String.self))
        case .boolean: .boolean(try row.decode(column: column, as: Bool.self))
        case .timestamp: .text(try row.decode(column: column, as: Timestamp.self).rfc3339)
        case .json: .json(try row.decode(column: column, as: JSONText.self).bytes)
        }
    }

    /// Waits for a read model to hold so many events.
    func hold(_ size: Int64, in readModel: String) async throws {
        guard size > 0 else { return }
        do {
            try await engine.wait(for: readModel, toHold: size, deadline: patience)
        } catch let error as ProjectionError {
            throw ResourceError(.behind, error.message)
        }
    }

    /// Names the making of a read model that serves.
    func making(of readModel: String) async throws -> String { try await engine.making(of: readModel) }

    /// How many events were recorded by a time.
    func size(at time: Timestamp) async throws -> Int64 { try await store.reader.size(at: time) }

    /// How many events a moment takes in, once the read model holds them; nil for now, which is as far as it is.
    func size(at moment: ResourceMoment, of readModel: String) async throws -> Int64? {
        if case .now = moment { return nil }
        let size = try await size(at: moment)
        try await hold(size, in: readModel)
        return size
    }

    /// How many events a moment takes in; all that there are for now.
    func size(at moment: ResourceMoment) async throws -> Int64 {
        let size: Int64
        switch moment {
        case .now: return try await store.head().size
        case .size(let known): size = known
        case .position(let position): size = position + 1
        case .time(let time): size = try await store.reader.size(at: time)
        }
        let head = try await store.head().size
        guard (0...head).contains(size) else {
            throw ResourceError(
                .noSuchMoment,
                "The log ends at position \(head - 1); ask as of that position or an earlier one."
            )
        }
        return size
    }
}

/// Why a resource is not shown.
package struct ResourceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What stands in the way.
    package enum Code: Sendable, Hashable {
        /// The read model does not hold the moment yet.
        case behind
        /// The log has no such moment.
        case noSuchMoment
    }

    /// What stands in the way.
    package var code: Code
    /// A sentence that tells the reader what to do.
    package var message: String

    /// A reason and its sentence.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    package var description: String { message }
}
