/// Where a tile or an entry bundle of a log is served, below the log's prefix (C2SP tlog-tiles).
public struct TilePath: Sendable, Hashable {
    /// The binary levels of the tree that a tile spans.
    static let height = 8
    /// The hashes in a full tile, or the entries in a full bundle.
    public static let fullWidth = 256

    /// What is served.
    public enum Contents: Sendable, Hashable {
        /// Hashes, at a level from 0 (leaf hashes) to 63.
        case hashes(level: Int)
        /// The entries themselves.
        case entries
    }

    /// What is served.
    public let contents: Contents
    /// Which tile of its level.
    public let index: Int64
    /// How many hashes or entries it holds: ``fullWidth``, or fewer at the right edge of the tree.
    public let width: Int

    /// A tile, refused unless level, index and width are in range.
    public init(_ contents: Contents, index: Int64, width: Int = fullWidth) throws(MerkleLogError) {
        if case .hashes(let level) = contents, !(0...63).contains(level) {
            throw MerkleLogError(.malformedTile, "Tile levels go from 0 to 63")
        }
        guard index >= 0, (1...Self.fullWidth).contains(width) else {
            throw MerkleLogError(.malformedTile, "A tile has an index of at least 0 and 1 to 256 hashes")
        }
        self.contents = contents
        self.index = index
        self.width = width
    }

    /// The tile as it is in a tree of some size: full, partial, or nil if the tree does not reach it.
    public init?(_ contents: Contents, index: Int64, treeSize: Int64) {
        let count =
            switch contents {
            case .hashes(let level): Self.nodeCount(level: level, treeSize: treeSize)
            case .entries: treeSize
            }
        guard index >= 0, index <= count / Int64(Self.fullWidth) else { return nil }
        let width = min(count - index * Int64(Self.fullWidth), Int64(Self.fullWidth))
        guard width > 0, let path = try? TilePath(contents, index: index, width: Int(width)) else { return nil }
        self = path
    }

    /// Whether fewer hashes or entries are held than there is room for.
    public var isPartial: Bool { width < Self.fullWidth }

    /// How many full subtrees of 256^level leaves a tree has.
    static func nodeCount(level: Int, treeSize: Int64) -> Int64 {
        level < 8 ? treeSize >> Int64(height * level) : 0
    }
}
