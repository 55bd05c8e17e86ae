/// The hashes that show that one tree is the beginning of another (RFC 6962, section 2.1.2).
public struct ConsistencyProof: Sendable, Hashable {
    /// The number of leaves in the older tree.
    public let oldSize: Int64
    /// The number of leaves in the newer tree.
    public let newSize: Int64
    /// The hashes, in the order of the RFC.
    public let hashes: [Hash]

    /// A proof as it was received. ``verify(oldRoot:newRoot:)`` says whether it holds.
    public init(oldSize: Int64, newSize: Int64, hashes: [Hash]) {
        self.oldSize = oldSize
        self.newSize = newSize
        self.hashes = hashes
    }

    /// Checks that the tree with the new root begins with the tree of the old root (RFC 9162, section 2.1.4.2).
    ///
    /// The RFC asks nothing about trees of equal size or an empty older one; here their proof is without hashes, and
    /// the roots must be equal, or the older one that of the empty tree.
    public func verify(oldRoot: Hash, newRoot: Hash) throws(MerkleLogError) {
        guard oldSize >= 0, oldSize <= newSize else {
            throw MerkleLogError(.outOfRange, "A tree of \(oldSize) is not the beginning of a tree of \(newSize)")
        }
        guard oldSize > 0, oldSize < newSize else {
            guard hashes.isEmpty else { throw wrongLength }
            guard oldSize == newSize ? oldRoot == newRoot : oldRoot == .emptyTree else { throw mismatch }
            guard newSize > 0 || newRoot == .emptyTree else { throw mismatch }
            return
        }
        guard try roots(oldRoot: oldRoot) == (oldRoot, newRoot) else { throw mismatch }
    }

    /// The old and the new root that the proof leads to.
    private func roots(oldRoot: Hash) throws(MerkleLogError) -> (Hash, Hash) {
        // The subtree that ends the old tree: given, or the old tree itself where that is full.
        var rest = hashes[...]
        let oldIsFull = oldSize.nonzeroBitCount == 1
        guard let first = oldIsFull ? oldRoot : rest.popFirst() else { throw wrongLength }
        let levels = oldSize.trailingZeroBitCount
        var node = (oldSize - 1) >> Int64(levels)
        var last = (newSize - 1) >> Int64(levels)
        var (old, new) = (first, first)
        for sibling in rest {
            guard last > 0 else { throw wrongLength }
            if node & 1 == 1 || node == last {
                old = .node(sibling, old)
                new = .node(sibling, new)
                let levels = node == 0 ? last.significantBitCount : node.trailingZeroBitCount
                node >>= Int64(levels)
                last >>= Int64(levels)
            } else {
                new = .node(new, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw wrongLength }
        return (old, new)
    }

    private var wrongLength: MerkleLogError {
        MerkleLogError(
            .wrongProofLength,
            "A consistency proof from \(oldSize) to \(newSize) does not have \(hashes.count) hashes"
        )
    }

    private var mismatch: MerkleLogError {
        MerkleLogError(
            .rootMismatch,
            "The consistency proof from \(oldSize) to \(newSize) does not connect these roots"
        )
    }
}

extension Int64 {
    /// The number of bits up to the highest that is set.
    var significantBitCount: Int { Int64.bitWidth - leadingZeroBitCount }
}
