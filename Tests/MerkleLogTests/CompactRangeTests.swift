import MerkleLog
import Testing

@Suite struct CompactRangeTests {
    @Test func theRootIsThatOfTheWholeTreeAtEverySize() {
        let reference = ReferenceTree(size: 300)
        var range = CompactRange()
        #expect(range.root == .emptyTree)
        for (index, leaf) in reference.leaves.enumerated() {
            range.append(leaf)
            #expect(range.size == Int64(index + 1))
            #expect(range.root == reference.root(index + 1))
        }
    }

    @Test func publishedTreesHaveTheirRoots() {
        var range = CompactRange()
        for (entry, root) in zip(PublishedTree.entries, PublishedTree.roots.dropFirst()) {
            range.append(.leaf(entry))
            #expect(range.root.hex == root)
        }
    }

    @Test func theWayThatLeavesAreBatchedDoesNotMatter() {
        let leaves = ReferenceTree(size: 1500).leaves
        var whole = CompactRange()
        let expected = whole.append(contentsOf: leaves)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20 {
            var cut = CompactRange()
            var nodes: [TileNode] = []
            var rest = leaves[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...400, using: &generator)
                nodes += cut.append(contentsOf: rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            #expect(cut == whole)
            #expect(nodes == expected)
        }
    }

    @Test func aTreeGoesOnFromItsStoredEdge() throws {
        let leaves = ReferenceTree(size: 260).leaves
        var range = CompactRange()
        for leaf in leaves {
            let stored = try CompactRange(size: range.size, edge: range.edge)
            #expect(stored == range)
            range = stored
            range.append(leaf)
        }
        #expect(range.root == ReferenceTree(size: 260).root(260))
    }

    @Test func anEdgeThatDoesNotFitTheSizeIsRefused() throws {
        var range = CompactRange()
        range.append(contentsOf: ReferenceTree(size: 7).leaves)
        let edge = range.edge
        #expect(edge.count == 3 * Hash.byteCount)
        expectRefusal(.malformedEdge) { _ = try CompactRange(size: 8, edge: edge) }
        expectRefusal(.malformedEdge) { _ = try CompactRange(size: 7, edge: Array(edge.dropLast())) }
        expectRefusal(.malformedEdge) { _ = try CompactRange(size: 7, edge: edge + [0]) }
        expectRefusal(.malformedEdge) { _ = try CompactRange(size: 0, edge: edge) }
        expectRefusal(.malformedEdge) { _ = try CompactRange(size: -1, edge: edge) }
    }

    @Test func aNodeIsReportedWhenASubtreeOfATileLevelCompletes() {
        let size = 65_536 + 600
        let reference = ReferenceTree(size: size)
        var range = CompactRange()
        let nodes = range.append(contentsOf: reference.leaves)
        let first = nodes.filter { $0.level == 1 }
        #expect(first.map(\.index) == (0..<Int64(size / 256)).map { $0 })
        for node in [first[0], first[255], first[257]] {
            let leaves = reference.leaves.dropFirst(Int(node.index) * 256).prefix(256)
            #expect(node.hash == MerkleTree(leaves: leaves).root)
        }
        let second = nodes.filter { $0.level == 2 }
        #expect(second.map(\.index) == [0])
        #expect(second.first?.hash == MerkleTree(leaves: reference.leaves.prefix(65_536)).root)
        #expect(nodes.count == first.count + second.count)
    }

    @Test func aNodeIsReportedByTheVeryLeafThatCompletesIt() {
        var range = CompactRange()
        for index in 0..<1024 {
            let nodes = range.append(.leaf([UInt8(truncatingIfNeeded: index)]))
            #expect(nodes.count == ((index + 1).isMultiple(of: 256) ? 1 : 0))
        }
    }
}
