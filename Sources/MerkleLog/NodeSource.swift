/// Where a tree's hashes are kept.
///
/// Of tile level 0 there are all leaf hashes; of level L ≥ 1 the roots of all full subtrees of 256^L leaves, which
/// are the nodes that ``CompactRange`` reports as it grows.
public protocol NodeSource: Sendable {
    /// The hashes of each range, in the same order. All ranges are asked for at once, so that one round trip does.
    func hashes(in ranges: [NodeRange]) async throws -> [[Hash]]
}

extension NodeSource {
    /// The proof that a leaf is in the tree of some size.
    public func inclusionProof(of index: Int64, treeSize: Int64) async throws -> InclusionProof {
        let hashes = try await answer(.inclusion(of: index, treeSize: treeSize))
        return InclusionProof(index: index, treeSize: treeSize, hashes: hashes)
    }

    /// The proof that the tree of one size is the beginning of the tree of another.
    public func consistencyProof(from oldSize: Int64, to newSize: Int64) async throws -> ConsistencyProof {
        let hashes = try await answer(.consistency(from: oldSize, to: newSize))
        return ConsistencyProof(oldSize: oldSize, newSize: newSize, hashes: hashes)
    }

    /// The root of the tree of some size.
    public func root(treeSize: Int64) async throws -> Hash {
        try await answer(.root(treeSize: treeSize)).first ?? .emptyTree
    }

    /// The edge of the tree of some size, to go on from there.
    public func compactRange(treeSize: Int64) async throws -> CompactRange {
        CompactRange(size: treeSize, subtrees: try await answer(.edge(treeSize: treeSize)))
    }

    private func answer(_ plan: NodePlan) async throws -> [Hash] {
        guard !plan.ranges.isEmpty else { return [] }
        return try plan.hashes(from: await hashes(in: plan.ranges))
    }
}
