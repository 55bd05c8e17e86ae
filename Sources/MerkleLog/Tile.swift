/// Consecutive hashes of one tile level: 256, or fewer at the right edge of the tree (C2SP tlog-tiles).
public struct Tile: Sendable, Hashable {
    /// The hashes, at least one.
    public let hashes: [Hash]

    /// A tile of 1 to 256 hashes.
    public init(hashes: [Hash]) throws(MerkleLogError) {
        guard (1...TilePath.fullWidth).contains(hashes.count) else {
            throw MerkleLogError(.malformedTile, "A tile has 1 to 256 hashes, not \(hashes.count)")
        }
        self.hashes = hashes
    }

    /// A tile as it is served, refused unless it has exactly `width` hashes.
    public init(bytes: [UInt8], width: Int) throws(MerkleLogError) {
        guard bytes.count == width * Hash.byteCount else {
            throw MerkleLogError(.malformedTile, "A tile of \(width) hashes cannot have \(bytes.count) bytes")
        }
        try self.init(hashes: bytes.withUnsafeBytes { $0.hashes() })
    }

    /// The tile as it is served.
    public var bytes: [UInt8] { hashes.joinedBytes }

    /// The hash that stands for this tile at the level above; nil for a partial tile, which has none.
    public var root: Hash? {
        hashes.count == TilePath.fullWidth ? hashes[...].rootOfFullSubtree : nil
    }
}
