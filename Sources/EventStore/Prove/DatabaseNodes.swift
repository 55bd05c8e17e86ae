import MerkleLog
import Postgres

/// The tree's hashes as the database holds them; any question is one round trip.
struct DatabaseNodes: NodeSource {
    let pool: PostgresPool

    func hashes(in ranges: [NodeRange]) async throws -> [[Hash]] {
        guard !ranges.isEmpty else { return [] }
        let levels = ranges.map { Int16($0.level) }
        let rows = try await pool.query(
            "select hashes from log.node_ranges(\(levels), \(ranges.map(\.start)), \(ranges.map(\.end)))"
        )
        return try rows.map { row in
            let bytes = try row.decode([UInt8]?.self) ?? []
            return stride(from: 0, to: bytes.count - 31, by: 32).compactMap { Hash(bytes[$0..<$0 + 32]) }
        }
    }
}
