import MerkleLog
import Testing

@Suite struct InclusionProofTests {
    static let maximumSize = 130
    let reference = ReferenceTree(size: maximumSize)
    let tree = MerkleTree(leaves: ReferenceTree(size: maximumSize).leaves)

    @Test func everyProofOfEverySmallTreeIsTheReferenceAndVerifies() throws {
        for size in 1...Self.maximumSize {
            let root = reference.root(size)
            for index in 0..<size {
                let proof = try tree.inclusionProof(of: Int64(index), treeSize: Int64(size))
                #expect(proof.hashes == reference.path(index, size))
                try proof.verify(leaf: reference.leaves[index], root: root)
            }
        }
    }

    @Test func everyProofWithAHashChangedMissingOrAddedIsRefused() throws {
        for size in 1...Self.maximumSize {
            let root = try tree.root(treeSize: Int64(size))
            for index in 0..<size {
                let leaf = reference.leaves[index]
                let proof = try tree.inclusionProof(of: Int64(index), treeSize: Int64(size))
                func expectRefused(_ code: MerkleLogError.Code, _ hashes: [Hash], _ leaf: Hash, _ root: Hash) {
                    let changed = InclusionProof(index: Int64(index), treeSize: Int64(size), hashes: hashes)
                    expectRefusal(code, "leaf \(index) in \(size)") { try changed.verify(leaf: leaf, root: root) }
                }
                for place in proof.hashes.indices {
                    var hashes = proof.hashes
                    hashes[place] = hashes[place].flipping(bit: (index * 7 + place) % 256)
                    expectRefused(.rootMismatch, hashes, leaf, root)
                    hashes.remove(at: place)
                    expectRefused(.wrongProofLength, hashes, leaf, root)
                }
                expectRefused(.wrongProofLength, proof.hashes + [root], leaf, root)
                expectRefused(.wrongProofLength, [leaf] + proof.hashes, leaf, root)
                expectRefused(.rootMismatch, proof.hashes, leaf.flipping(bit: size % 256), root)
                expectRefused(.rootMismatch, proof.hashes, leaf, root.flipping(bit: size % 256))
            }
        }
    }

    @Test(arguments: [1, 2, 3, 7, 8, 11, 16])
    func everySingleChangedBitIsRefused(size: Int) throws {
        let root = try tree.root(treeSize: Int64(size))
        for index in 0..<size {
            let proof = try tree.inclusionProof(of: Int64(index), treeSize: Int64(size))
            for bit in 0..<proof.hashes.count * 256 {
                var hashes = proof.hashes
                hashes[bit / 256] = hashes[bit / 256].flipping(bit: bit % 256)
                let changed = InclusionProof(index: Int64(index), treeSize: Int64(size), hashes: hashes)
                #expect(try changed.root(from: reference.leaves[index]) != root)
            }
        }
    }

    @Test func aProofHoldsForItsIndexAlone() throws {
        for size in 1...40 {
            let root = try tree.root(treeSize: Int64(size))
            for index in 0..<size {
                let proof = try tree.inclusionProof(of: Int64(index), treeSize: Int64(size))
                for other in 0..<size where other != index {
                    let moved = InclusionProof(index: Int64(other), treeSize: Int64(size), hashes: proof.hashes)
                    #expect(throws: MerkleLogError.self) {
                        try moved.verify(leaf: reference.leaves[index], root: root)
                    }
                }
            }
        }
    }

    @Test(
        arguments: [(-1, 5), (5, 5), (6, 5), (0, 0), (0, -1), (Int64.max, Int64.max), (Int64.min, 5)]
            as [(Int64, Int64)]
    )
    func anIndexOutsideTheTreeIsRefused(index: Int64, size: Int64) {
        let proof = InclusionProof(index: index, treeSize: size, hashes: [])
        expectRefusal(.outOfRange) { try proof.verify(leaf: .zero, root: .zero) }
        expectRefusal(.outOfRange) { _ = try tree.inclusionProof(of: index, treeSize: size) }
    }

    @Test func theLargestTreeHasProofsOfSixtyThreeHashes() throws {
        let index = Int64.max - 1
        for count in 0...70 {
            let proof = InclusionProof(
                index: 0,
                treeSize: Int64.max,
                hashes: [Hash](repeating: .zero, count: count)
            )
            if count == 63 {
                _ = try proof.root(from: .zero)
            } else {
                expectRefusal(.wrongProofLength) { _ = try proof.root(from: .zero) }
            }
        }
        for plan in [
            try NodePlan.inclusion(of: index, treeSize: Int64.max),
            try NodePlan.consistency(from: 1, to: Int64.max),
            try NodePlan.consistency(from: index, to: Int64.max),
            try NodePlan.root(treeSize: Int64.max),
            try NodePlan.edge(treeSize: Int64.max),
        ] {
            #expect(plan.ranges.allSatisfy { $0.start >= 0 && $0.count <= 512 })
        }
    }

    @Test func aTreeProvesNothingBeyondItsSize() {
        expectRefusal(.outOfRange) { _ = try tree.inclusionProof(of: 0, treeSize: 131) }
        expectRefusal(.outOfRange) { _ = try tree.root(treeSize: 131) }
        expectRefusal(.outOfRange) { _ = try tree.root(treeSize: -1) }
    }

    /// From the published test data of github.com/transparency-dev/merkle, testdata/inclusion/2.
    @Test func aPublishedProofIsMadeAndVerified() throws {
        let proof = try PublishedTree.tree.inclusionProof(of: 5, treeSize: 8)
        #expect(
            proof.hashes.map(\.base64) == [
                "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=",
                "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
                "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
            ]
        )
        let leaf = try #require(Hash(base64: "QnGia+DYqE8L1UyMMC58s6O10fpngKQLzOKHNHfatlg="))
        try proof.verify(leaf: leaf, root: PublishedTree.tree.root)
    }
}
