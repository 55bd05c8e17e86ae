import MerkleLog

/// What a log stores: all leaf hashes, and the tile nodes that were reported as it grew.
struct StoredNodes: NodeSource {
    struct Missing: Error {}

    private var levels: [Int: [Hash]] = [:]
    private(set) var range = CompactRange()

    init(leaves: [Hash]) {
        levels[0] = leaves
        for node in range.append(contentsOf: leaves) {
            precondition(Int64(levels[node.level, default: []].count) == node.index, "nodes complete in order")
            levels[node.level, default: []].append(node.hash)
        }
    }

    var tileLevels: Int { levels.count }

    func hashes(in ranges: [NodeRange]) async throws -> [[Hash]] {
        try ranges.map { range in
            let level = levels[range.level] ?? []
            guard range.count > 0, range.end <= level.count else { throw Missing() }
            return Array(level[Int(range.start)..<Int(range.end)])
        }
    }

    /// The bytes of a tile, as a log serves it.
    func tile(_ path: TilePath) throws -> [UInt8] {
        guard case .hashes(let level) = path.contents else { throw Missing() }
        let start = Int(path.index) * TilePath.fullWidth
        guard let hashes = levels[level], start + path.width <= hashes.count else { throw Missing() }
        return try Tile(hashes: Array(hashes[start..<start + path.width])).bytes
    }
}
