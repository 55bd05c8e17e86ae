import MerkleLog
import Testing

@Suite struct NodeSourceTests {
    /// Two levels of tiles, and a right edge that is ragged at each.
    static let size = 65_536 + 3 * 256 + 77
    static let tree = MerkleTree(leaves: ReferenceTree(size: size).leaves)
    static let nodes = StoredNodes(leaves: ReferenceTree(size: size).leaves)

    static func sizes(_ count: Int) -> [Int64] {
        let corners: [Int64] = [1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, Int64(size)]
        return corners + (0..<count).map { _ in Int64.random(in: 1...Int64(size)) }
    }

    @Test func proofsFromStoredNodesEqualThoseFromLeaves() async throws {
        #expect(Self.nodes.tileLevels == 3)
        for treeSize in Self.sizes(60) {
            let indices = [0, treeSize - 1, treeSize / 2] + (0..<10).map { _ in Int64.random(in: 0..<treeSize) }
            for index in indices {
                let proof = try await Self.nodes.inclusionProof(of: index, treeSize: treeSize)
                #expect(proof == (try Self.tree.inclusionProof(of: index, treeSize: treeSize)))
            }
            for oldSize in indices {
                let proof = try await Self.nodes.consistencyProof(from: oldSize, to: treeSize)
                #expect(proof == (try Self.tree.consistencyProof(from: oldSize, to: treeSize)))
            }
        }
    }

    @Test func rootsAndEdgesFromStoredNodesEqualThoseOfAGrownTree() async throws {
        #expect(try await Self.nodes.root(treeSize: 0) == .emptyTree)
        #expect(try await Self.nodes.compactRange(treeSize: 0) == CompactRange())
        for treeSize in Self.sizes(30) {
            var grown = CompactRange()
            grown.append(contentsOf: ReferenceTree(size: Int(treeSize)).leaves)
            #expect(try await Self.nodes.compactRange(treeSize: treeSize) == grown)
            #expect(try await Self.nodes.root(treeSize: treeSize) == grown.root)
        }
    }

    @Test func proofsFromPublishedTilesEqualThoseFromLeaves() async throws {
        for treeSize in Self.sizes(20) {
            let source = TileNodeSource(treeSize: treeSize) { paths in
                try paths.map { path in
                    // Served as a client asks: by the text of the path.
                    try Self.nodes.tile(TilePath(path.text))
                }
            }
            for index in (0..<10).map({ _ in Int64.random(in: 0..<treeSize) }) {
                let proof = try await source.inclusionProof(of: index, treeSize: treeSize)
                #expect(proof == (try Self.tree.inclusionProof(of: index, treeSize: treeSize)))
                let consistency = try await source.consistencyProof(from: index, to: treeSize)
                #expect(consistency == (try Self.tree.consistencyProof(from: index, to: treeSize)))
            }
            await #expect(throws: MerkleLogError.self) {
                _ = try await source.inclusionProof(of: treeSize * 300, treeSize: treeSize * 300 + 1)
            }
        }
    }

    @Test func aProofInALogOfTenMillionNeedsAHandfulOfTiles() throws {
        var generator = SystemRandomNumberGenerator()
        for size in [10_000_000, 9_999_999, 16_777_215, 16_777_216, 10_000_123] as [Int64] {
            for _ in 0..<100 {
                let index = Int64.random(in: 0..<size, using: &generator)
                for plan in [
                    try NodePlan.inclusion(of: index, treeSize: size),
                    try NodePlan.consistency(from: index, to: size),
                ] {
                    #expect(plan.ranges.count <= 6)
                    #expect(plan.ranges.reduce(0) { $0 + $1.count } <= 6 * 256)
                    #expect(plan.ranges.allSatisfy { $0.end <= size >> Int64(8 * $0.level) })
                }
            }
        }
    }

    @Test func answersOfAnotherShapeAreRefused() throws {
        let plan = try NodePlan.inclusion(of: 1000, treeSize: 5000)
        let full = plan.ranges.map { [Hash](repeating: .zero, count: $0.count) }
        _ = try plan.hashes(from: full)
        expectRefusal(.missingNodes) { _ = try plan.hashes(from: Array(full.dropLast())) }
        expectRefusal(.missingNodes) { _ = try plan.hashes(from: full + [[]]) }
        for place in full.indices {
            var short = full
            short[place].removeLast()
            expectRefusal(.missingNodes) { _ = try plan.hashes(from: short) }
        }
    }
}
