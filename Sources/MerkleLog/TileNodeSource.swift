/// A log's hashes read from its published tiles, as a client does.
///
/// Tiles are not verified here. A proof made of false ones fails against the root in a checkpoint.
public struct TileNodeSource: NodeSource {
    /// The size of the tree, from a checkpoint: it decides which tiles are partial.
    public let treeSize: Int64
    private let read: @Sendable ([TilePath]) async throws -> [[UInt8]]

    /// - Parameter read: fetches all tiles that a question needs, together, and returns their bytes in order.
    public init(treeSize: Int64, read: @escaping @Sendable ([TilePath]) async throws -> [[UInt8]]) {
        self.treeSize = treeSize
        self.read = read
    }

    /// The hashes of each range, cut from as few tiles as hold them.
    public func hashes(in ranges: [NodeRange]) async throws -> [[Hash]] {
        let wanted = try Set(ranges.flatMap { range in try paths(of: range) }).sorted { $0.text < $1.text }
        let contents = try await read(wanted)
        guard contents.count == wanted.count else {
            throw MerkleLogError(.missingNodes, "\(contents.count) tiles came back for \(wanted.count)")
        }
        var tiles: [TilePath: Tile] = [:]
        for (path, bytes) in zip(wanted, contents) { tiles[path] = try Tile(bytes: bytes, width: path.width) }
        return try ranges.map { range in
            let wide = try paths(of: range).flatMap { tiles[$0]?.hashes ?? [] }
            let offset = Int(range.start % Int64(TilePath.fullWidth))
            guard wide.count >= offset + range.count else {
                throw MerkleLogError(.outOfRange, "The tree of \(treeSize) has no such hashes at level \(range.level)")
            }
            return Array(wide[offset..<offset + range.count])
        }
    }

    private func paths(of range: NodeRange) throws(MerkleLogError) -> [TilePath] {
        guard range.start >= 0, range.count > 0 else {
            throw MerkleLogError(.outOfRange, "A range of hashes starts at 0 or later and has at least one")
        }
        let width = Int64(TilePath.fullWidth)
        var paths: [TilePath] = []
        for index in range.start / width...(range.end - 1) / width {
            guard let path = TilePath(.hashes(level: range.level), index: index, treeSize: treeSize) else {
                throw MerkleLogError(.outOfRange, "The tree of \(treeSize) has no such hashes at level \(range.level)")
            }
            paths.append(path)
        }
        return paths
    }
}
