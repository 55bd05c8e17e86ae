/// A subtree of 2^height leaves that starts at a multiple of its size: the unit that a tree's hashes are kept in,
/// because no later append changes it.
struct FullSubtree: Sendable, Hashable {
    let height: Int
    /// The index among the subtrees of its height.
    let index: Int64

    /// The stored hashes that the root is made of: those of the nearest tile level at or below.
    var nodes: NodeRange {
        let remainder = height % TilePath.height
        return NodeRange(
            level: height / TilePath.height,
            start: index << Int64(remainder),
            count: 1 << remainder
        )
    }

    /// The subtrees whose roots fold, from the right, to the root over a range of leaves: largest first.
    ///
    /// The range must start at a multiple of the smallest power of two that is not less than its length, as every
    /// range in RFC 6962 does.
    static func covering(_ leaves: Range<Int64>) -> [FullSubtree] {
        var subtrees: [FullSubtree] = []
        var start = leaves.lowerBound
        while start < leaves.upperBound {
            let height = Int64.bitWidth - 1 - (leaves.upperBound - start).leadingZeroBitCount
            subtrees.append(FullSubtree(height: height, index: start >> Int64(height)))
            start += 1 << Int64(height)
        }
        return subtrees
    }
}
