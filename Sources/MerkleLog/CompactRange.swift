/// What has to be remembered of a tree to append to it and to know its root.
///
/// These are the roots of the full subtrees that the leaves fall into when the largest is split off again and
/// again, one for each bit set in the size, largest first: the *edge*. It is at most 63 hashes, however large the
/// tree.
public struct CompactRange: Sendable, Hashable {
    /// The number of leaves.
    public private(set) var size: Int64
    private var subtrees: [Hash]

    /// The tree without leaves.
    public init() {
        size = 0
        subtrees = []
    }

    init(size: Int64, subtrees: [Hash]) {
        self.size = size
        self.subtrees = subtrees
    }

    /// A tree from its size and its ``edge``.
    public init(size: Int64, edge: [UInt8]) throws(MerkleLogError) {
        guard size >= 0, edge.count == size.nonzeroBitCount * Hash.byteCount else {
            throw MerkleLogError(.malformedEdge, "The edge of a tree of \(size) leaves cannot have \(edge.count) bytes")
        }
        self.size = size
        subtrees = edge.withUnsafeBytes { $0.hashes() }
    }

    /// The edge as bytes, largest subtree first.
    public var edge: [UInt8] { subtrees.joinedBytes }

    /// The root of the tree (RFC 6962, section 2.1).
    public var root: Hash { subtrees.rootOfEdge }

    /// Appends a leaf hash, and returns the tile nodes that it completes: lowest level first, nearly always none.
    @discardableResult
    public mutating func append(_ leaf: Hash) -> [TileNode] {
        var completed: [TileNode] = []
        append(leaf, completing: &completed)
        return completed
    }

    /// Appends leaf hashes in order, and returns the tile nodes that they complete, in the order of completion.
    @discardableResult
    public mutating func append(contentsOf leaves: some Sequence<Hash>) -> [TileNode] {
        var completed: [TileNode] = []
        for leaf in leaves { append(leaf, completing: &completed) }
        return completed
    }

    /// Appends a leaf hash, and adds the tile nodes that it completes, lowest level first.
    public mutating func append(_ leaf: Hash, completing completed: inout [TileNode]) {
        size += 1
        var hash = leaf
        // As many subtrees merge as the size has trailing zeros: a binary counter that carries.
        for height in 0..<size.trailingZeroBitCount {
            hash = .node(subtrees.removeLast(), hash)
            if (height + 1).isMultiple(of: TilePath.height) {
                let index = (size >> Int64(height + 1)) - 1
                completed.append(TileNode(level: (height + 1) / TilePath.height, index: index, hash: hash))
            }
        }
        subtrees.append(hash)
    }
}
