extension NodePlan {
    /// The audit path of a leaf (RFC 6962, section 2.1.1).
    public static func inclusion(of index: Int64, treeSize: Int64) throws(MerkleLogError) -> NodePlan {
        guard index >= 0, index < treeSize else {
            throw MerkleLogError(.outOfRange, "There is no leaf \(index) in a tree of \(treeSize)")
        }
        var siblings: [Range<Int64>] = []
        var tree = 0..<treeSize
        while tree.count > 1 {
            let middle = tree.lowerBound + tree.largestFullPart
            if index < middle {
                siblings.append(middle..<tree.upperBound)
                tree = tree.lowerBound..<middle
            } else {
                siblings.append(tree.lowerBound..<middle)
                tree = middle..<tree.upperBound
            }
        }
        return NodePlan(siblings.reversed())
    }

    /// The proof that one tree is the beginning of another (RFC 6962, section 2.1.2).
    public static func consistency(from oldSize: Int64, to newSize: Int64) throws(MerkleLogError) -> NodePlan {
        guard oldSize >= 0, oldSize <= newSize else {
            throw MerkleLogError(.outOfRange, "A tree of \(oldSize) is not the beginning of a tree of \(newSize)")
        }
        guard oldSize > 0, oldSize < newSize else { return NodePlan([]) }
        var parts: [Range<Int64>] = []
        var tree = 0..<newSize
        while oldSize != tree.upperBound {
            let middle = tree.lowerBound + tree.largestFullPart
            if oldSize <= middle {
                parts.append(middle..<tree.upperBound)
                tree = tree.lowerBound..<middle
            } else {
                parts.append(tree.lowerBound..<middle)
                tree = middle..<tree.upperBound
            }
        }
        // What is left ends where the old tree ends. If it is the whole old tree, the verifier knows its root.
        if tree.lowerBound > 0 { parts.append(tree) }
        return NodePlan(parts.reversed())
    }

    /// The root of a tree, as the only hash of the answer; none for the tree without leaves.
    public static func root(treeSize: Int64) throws(MerkleLogError) -> NodePlan {
        guard treeSize >= 0 else { throw MerkleLogError(.outOfRange, "A tree cannot have \(treeSize) leaves") }
        return NodePlan(treeSize == 0 ? [] : [0..<treeSize])
    }

    /// The edge of a tree (``CompactRange``), largest subtree first.
    public static func edge(treeSize: Int64) throws(MerkleLogError) -> NodePlan {
        guard treeSize >= 0 else { throw MerkleLogError(.outOfRange, "A tree cannot have \(treeSize) leaves") }
        return NodePlan(terms: FullSubtree.covering(0..<treeSize).map { [$0] })
    }
}

extension Range<Int64> {
    /// The largest power of two that is less than the length, which is at least two.
    fileprivate var largestFullPart: Int64 {
        1 << Int64(Int64.bitWidth - 1 - (upperBound - lowerBound - 1).leadingZeroBitCount)
    }
}
