import MerkleLog
import Testing

@Suite struct ConsistencyProofTests {
    static let maximumSize = 130
    let reference = ReferenceTree(size: maximumSize)
    let tree = MerkleTree(leaves: ReferenceTree(size: maximumSize).leaves)

    @Test func everyProofBetweenSmallTreesIsTheReferenceAndVerifies() throws {
        let roots = (0...Self.maximumSize).map(reference.root)
        for newSize in 0...Self.maximumSize {
            for oldSize in 0...newSize {
                let proof = try tree.consistencyProof(from: Int64(oldSize), to: Int64(newSize))
                if oldSize > 0 { #expect(proof.hashes == reference.proof(oldSize, newSize)) }
                try proof.verify(oldRoot: roots[oldSize], newRoot: roots[newSize])
            }
        }
    }

    @Test func everyProofWithAHashChangedMissingOrAddedIsRefused() throws {
        let roots = try (0...Self.maximumSize).map { try tree.root(treeSize: Int64($0)) }
        for newSize in 1...Self.maximumSize {
            for oldSize in 1...newSize {
                let proof = try tree.consistencyProof(from: Int64(oldSize), to: Int64(newSize))
                let (old, new) = (roots[oldSize], roots[newSize])
                func expectRefused(_ code: MerkleLogError.Code, _ hashes: [Hash], _ old: Hash, _ new: Hash) {
                    let changed = ConsistencyProof(oldSize: Int64(oldSize), newSize: Int64(newSize), hashes: hashes)
                    expectRefusal(code, "\(oldSize) to \(newSize)") { try changed.verify(oldRoot: old, newRoot: new) }
                }
                for place in proof.hashes.indices {
                    var hashes = proof.hashes
                    hashes[place] = hashes[place].flipping(bit: (oldSize * 7 + place) % 256)
                    expectRefused(.rootMismatch, hashes, old, new)
                    hashes.remove(at: place)
                    expectRefused(.wrongProofLength, hashes, old, new)
                }
                expectRefused(.wrongProofLength, proof.hashes + [new], old, new)
                expectRefused(.wrongProofLength, [old] + proof.hashes, old, new)
                expectRefused(.rootMismatch, proof.hashes, old.flipping(bit: newSize), new)
                expectRefused(.rootMismatch, proof.hashes, old, new.flipping(bit: newSize))
                if oldSize != newSize { expectRefused(.rootMismatch, proof.hashes, new, old) }
            }
        }
    }

    @Test(arguments: [(1, 2), (3, 7), (4, 8), (6, 8), (7, 11), (8, 16), (13, 16)] as [(Int64, Int64)])
    func everySingleChangedBitIsRefused(oldSize: Int64, newSize: Int64) throws {
        let (old, new) = (try tree.root(treeSize: oldSize), try tree.root(treeSize: newSize))
        let proof = try tree.consistencyProof(from: oldSize, to: newSize)
        for bit in 0..<proof.hashes.count * 256 {
            var hashes = proof.hashes
            hashes[bit / 256] = hashes[bit / 256].flipping(bit: bit % 256)
            let changed = ConsistencyProof(oldSize: oldSize, newSize: newSize, hashes: hashes)
            #expect(throws: MerkleLogError.self) { try changed.verify(oldRoot: old, newRoot: new) }
        }
    }

    @Test func aTreeThatWasRewrittenIsRefused() throws {
        var leaves = reference.leaves
        leaves[17] = .leaf(Array("forged".utf8))
        let forged = MerkleTree(leaves: leaves)
        for oldSize in Int64(18)...130 {
            let proof = try forged.consistencyProof(from: oldSize, to: 130)
            let old = try tree.root(treeSize: oldSize)
            expectRefusal(.rootMismatch) { try proof.verify(oldRoot: old, newRoot: forged.root) }
        }
    }

    @Test func theEmptyTreeIsTheBeginningOfAllAndOfNothingElse() throws {
        let proof = ConsistencyProof(oldSize: 0, newSize: 9, hashes: [])
        let root = try tree.root(treeSize: 9)
        try proof.verify(oldRoot: .emptyTree, newRoot: root)
        expectRefusal(.rootMismatch) { try proof.verify(oldRoot: root, newRoot: root) }
        let long = ConsistencyProof(oldSize: 0, newSize: 9, hashes: [root])
        expectRefusal(.wrongProofLength) { try long.verify(oldRoot: .emptyTree, newRoot: root) }
        let nothing = ConsistencyProof(oldSize: 0, newSize: 0, hashes: [])
        try nothing.verify(oldRoot: .emptyTree, newRoot: .emptyTree)
        expectRefusal(.rootMismatch) { try nothing.verify(oldRoot: root, newRoot: root) }
    }

    @Test(arguments: [(5, 4), (-1, 4), (0, -1), (Int64.max, 0), (Int64.min, Int64.max)] as [(Int64, Int64)])
    func sizesOutOfOrderAreRefused(oldSize: Int64, newSize: Int64) {
        let proof = ConsistencyProof(oldSize: oldSize, newSize: newSize, hashes: [])
        expectRefusal(.outOfRange) { try proof.verify(oldRoot: .emptyTree, newRoot: .emptyTree) }
        expectRefusal(.outOfRange) { _ = try tree.consistencyProof(from: oldSize, to: newSize) }
    }

    /// From the published test data of github.com/transparency-dev/merkle, testdata/consistency/3.
    @Test func aPublishedProofIsMade() throws {
        let proof = try PublishedTree.tree.consistencyProof(from: 2, to: 5)
        #expect(
            proof.hashes.map(\.base64) == [
                "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
                "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=",
            ]
        )
    }
}
