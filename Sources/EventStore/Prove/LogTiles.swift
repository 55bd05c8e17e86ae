package import MerkleLog
import Postgres

/// The log as static resources (C2SP tlog-tiles): tiles of hashes, and bundles of the entries below them.
package struct LogTiles: Sendable {
    private let reader: LogReader
    private let pool: PostgresPool

    init(reader: LogReader, pool: PostgresPool) {
        self.reader = reader
        self.pool = pool
    }

    /// The bytes of a tile or bundle.
    ///
    /// - Throws: `LogReadError(.notFound)` where a log of `size` events does not fill it.
    package func bytes(_ path: TilePath, size: Int64) async throws -> [UInt8] {
        guard let largest = TilePath(path.contents, index: path.index, treeSize: size), path.width <= largest.width
        else { throw missing(path) }
        let first = path.index * Int64(TilePath.fullWidth)
        switch path.contents {
        case .hashes(let level):
            let range = NodeRange(level: level, start: first, count: path.width)
            let hashes = try await DatabaseNodes(pool: pool).hashes(in: [range]).first ?? []
            guard hashes.count == path.width else { throw missing(path) }
            return try Tile(hashes: hashes).bytes
        case .entries:
            let events = try await reader.events(from: first, below: first + Int64(path.width), limit: path.width)
            let entries = events.compactMap(\.entry)
            guard entries.count == path.width else { throw missing(path) }
            return try EntryBundle(entries: entries).bytes
        }
    }

    private func missing(_ path: TilePath) -> LogReadError {
        LogReadError(.notFound, "The log does not fill \(path.text); the newest checkpoint tells its size.")
    }
}

extension EventStore {
    /// Tiles for those who verify the log at large.
    package var tiles: LogTiles { LogTiles(reader: reader, pool: pool) }
}
