/// A whole tree in memory: every full subtree's root, so that any proof is a few look-ups.
///
/// It holds two hashes a leaf, and is meant for exported ranges, for tests and for verifiers; a log that is stored
/// answers through ``NodeSource``.
public struct MerkleTree: Sendable {
    /// The roots of the full subtrees, by height and index.
    private var subtrees: [[Hash]]

    /// The tree over leaf hashes, in order.
    public init(leaves: some Sequence<Hash> = []) {
        subtrees = [[]]
        for leaf in leaves { append(leaf) }
    }

    /// The number of leaves.
    public var size: Int64 { Int64(subtrees[0].count) }

    /// The root over all leaves.
    public var root: Hash {
        FullSubtree.covering(0..<size).map(root(of:)).rootOfEdge
    }

    /// The root over the first leaves, as many as `treeSize`.
    public func root(treeSize: Int64) throws(MerkleLogError) -> Hash {
        try answer(.root(treeSize: treeSize), treeSize: treeSize).first ?? .emptyTree
    }

    /// Appends a leaf hash.
    public mutating func append(_ leaf: Hash) {
        subtrees[0].append(leaf)
        var height = 0
        while subtrees[height].count.isMultiple(of: 2) {
            let last = subtrees[height].count - 1
            let parent = Hash.node(subtrees[height][last - 1], subtrees[height][last])
            height += 1
            if height == subtrees.count { subtrees.append([]) }
            subtrees[height].append(parent)
        }
    }

    /// The proof that a leaf is among the first `treeSize`.
    public func inclusionProof(of index: Int64, treeSize: Int64) throws(MerkleLogError) -> InclusionProof {
        let hashes = try answer(.inclusion(of: index, treeSize: treeSize), treeSize: treeSize)
        return InclusionProof(index: index, treeSize: treeSize, hashes: hashes)
    }

    /// The proof that the tree of one size is the beginning of the tree of another.
    public func consistencyProof(from oldSize: Int64, to newSize: Int64) throws(MerkleLogError) -> ConsistencyProof {
        let hashes = try answer(.consistency(from: oldSize, to: newSize), treeSize: newSize)
        return ConsistencyProof(oldSize: oldSize, newSize: newSize, hashes: hashes)
    }

    private func answer(_ plan: NodePlan, treeSize: Int64) throws(MerkleLogError) -> [Hash] {
        guard treeSize <= size else {
            throw MerkleLogError(.outOfRange, "The tree has \(size) leaves, fewer than \(treeSize)")
        }
        return plan.hashes(root(of:))
    }

    private func root(of subtree: FullSubtree) -> Hash {
        subtrees[subtree.height][Int(subtree.index)]
    }
}
