@testable import ProjectionEngine

extension WrittenLog {
    /// The rows of a read model after its first `count` events were applied in the ranges that `cuts` make, by table.
    ///
    /// - Parameter many: from how many events on a range is planned for as a long one.
    func replay(
        _ definition: ProjectionDefinition,
        cuts: [Int],
        of count: Int,
        many: Int64 = 20
    ) async throws -> [String: [String]] {
        let schema = ProjectionSchema(definition, name: "cut_test", many: many)
        try await pool.withTransaction { connection in
            _ = try await connection.script("drop schema if exists cut_test cascade")
            _ = try await connection.script(schema.creation())
        }
        let edges = [0] + cuts + [count]
        try await pool.withConnection { connection in
            for (from, to) in zip(edges, edges.dropFirst()) {
                try await connection.execute(schema.applying(Int64(from)..<Int64(to)))
            }
        }
        return try await contents(of: "cut_test")
    }
}
