/// Which stored hashes a question about a tree needs, and how its answer is computed from them.
///
/// Both halves are pure, so that whoever stores the hashes fetches ``ranges`` in one round trip. A proof in a tree
/// of 10 million leaves takes at most six ranges, the worth of six tiles.
public struct NodePlan: Sendable {
    /// For each hash of the answer, the subtrees whose roots fold to it.
    private let terms: [[FullSubtree]]
    /// The stored hashes to fetch. All exist once the tree has the size that the question is about.
    public let ranges: [NodeRange]

    init(_ leafRanges: [Range<Int64>]) {
        self.init(terms: leafRanges.map(FullSubtree.covering))
    }

    init(terms: [[FullSubtree]]) {
        self.terms = terms
        ranges = NodeRange.merging(terms.joined().map(\.nodes))
    }

    /// The answer's hashes from the hashes of each of ``ranges``, in the same order.
    public func hashes(from fetched: [[Hash]]) throws(MerkleLogError) -> [Hash] {
        guard fetched.count == ranges.count else {
            throw MerkleLogError(.missingNodes, "\(fetched.count) ranges of hashes came back for \(ranges.count)")
        }
        for (range, hashes) in zip(ranges, fetched) where range.count != hashes.count {
            throw MerkleLogError(
                .missingNodes,
                "\(hashes.count) of \(range.count) hashes came back from \(range.start) on at tile level \(range.level)"
            )
        }
        return hashes { subtree in
            let nodes = subtree.nodes
            guard let place = ranges.firstIndex(where: { $0.level == nodes.level && nodes.start < $0.end }) else {
                return .zero  // unreachable: `ranges` was made of these very subtrees
            }
            let offset = Int(nodes.start - ranges[place].start)
            return fetched[place][offset..<offset + nodes.count].rootOfFullSubtree
        }
    }

    /// The answer's hashes, with the roots of full subtrees looked up.
    func hashes(_ root: (FullSubtree) -> Hash) -> [Hash] {
        terms.map { $0.map(root).rootOfEdge }
    }
}
