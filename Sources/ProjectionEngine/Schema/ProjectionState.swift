import Postgres

/// A row of `projections.state`.
struct ProjectionState: Sendable {
    var name: String
    var version: Int
    var schema: String
    var digest: String
    var isQuarantined: Bool
    var position: Int64
    var error: String?
    var errorPosition: Int64?

    static let columns = "name, version, schema, digest, status = 'quarantined', position, error, error_position"

    init(_ row: PostgresRow) throws {
        let version: Int32
        (name, version, schema, digest, isQuarantined, position, error, errorPosition) = try row.decode(
            (String, Int32, String, String, Bool, Int64, String?, Int64?).self
        )
        self.version = Int(version)
    }

    /// The state of one read model, or nil if it was never installed.
    static func read(_ name: String, _ connection: PostgresConnection) async throws -> ProjectionState? {
        try await connection.query(
            "select \(unescaped: columns) from projections.state where name = \(name)"
        ).first.map(ProjectionState.init)
    }
}
