/// The hashes that lead from a leaf to the root of a tree (RFC 6962, section 2.1.1).
public struct InclusionProof: Sendable, Hashable {
    /// The leaf's index.
    public let index: Int64
    /// The number of leaves in the tree.
    public let treeSize: Int64
    /// The sibling hashes, from the leaf's up to the root's child.
    public let hashes: [Hash]

    /// A proof as it was received. ``verify(leaf:root:)`` says whether it holds.
    public init(index: Int64, treeSize: Int64, hashes: [Hash]) {
        self.index = index
        self.treeSize = treeSize
        self.hashes = hashes
    }

    /// Checks that the leaf at ``index`` of the tree with this root has this hash.
    public func verify(leaf: Hash, root: Hash) throws(MerkleLogError) {
        guard try self.root(from: leaf) == root else {
            throw MerkleLogError(
                .rootMismatch,
                "The inclusion proof of leaf \(index) in \(treeSize) does not lead from this leaf to this root"
            )
        }
    }

    /// The root that the proof leads to from a leaf hash (RFC 9162, section 2.1.3.2).
    public func root(from leaf: Hash) throws(MerkleLogError) -> Hash {
        guard index >= 0, index < treeSize else {
            throw MerkleLogError(.outOfRange, "There is no leaf \(index) in a tree of \(treeSize)")
        }
        var node = index
        var last = treeSize - 1
        var root = leaf
        for sibling in hashes {
            guard last > 0 else { throw wrongLength }
            if node & 1 == 1 || node == last {
                root = .node(sibling, root)
                // On the right edge the node rises without a sibling until it is a right child.
                let levels = node == 0 ? last.significantBitCount : node.trailingZeroBitCount
                node >>= Int64(levels)
                last >>= Int64(levels)
            } else {
                root = .node(root, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw wrongLength }
        return root
    }

    private var wrongLength: MerkleLogError {
        MerkleLogError(
            .wrongProofLength,
            "An inclusion proof of leaf \(index) in \(treeSize) does not have \(hashes.count) hashes"
        )
    }
}
