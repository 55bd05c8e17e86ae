/// How the tables of a read model compare with a replay of the log.
package struct ProjectionCheck: Sendable, Hashable {
    /// The read model.
    package var projection: String
    /// The events that were replayed: the first `position`.
    package var position: Int64
    /// Its tables, by name.
    package var tables: [ProjectionTableCheck]
    /// What of the views that serve them, and of what guards them, is not as this program makes it; one sentence each.
    package var differences: [String] = []
    /// Whether every table holds exactly what the log says, and is what is read.
    package var isEqual: Bool { differences.isEmpty && tables.allSatisfy(\.isEqual) }
}

/// How one table compares with a replay of the log.
package struct ProjectionTableCheck: Sendable, Hashable {
    /// The table.
    package var table: String
    /// Rows that serve.
    package var rows: Int64
    /// Rows that the log gives.
    package var expectedRows: Int64
    /// Rows that the log gives and the table lacks; a few, as text.
    package var missing: [String]
    /// Rows that the table holds and the log does not give; a few, as text.
    package var unexpected: [String]
    /// Whether the table holds exactly what the log says.
    package var isEqual: Bool
}
