import MerkleLog
import OpenSSL
import Testing

@Suite struct TlogProofTests {
    let origin = "daybook.example/school"
    let signer: NoteSigner
    let tree = MerkleTree(leaves: ReferenceTree(size: 100).leaves)
    let leaves = ReferenceTree(size: 100).leaves

    init() throws {
        signer = try NoteSigner(name: origin, privateKey: Ed25519.PrivateKey(seed: [UInt8](repeating: 3, count: 32)))
    }

    func proof(of index: Int64, treeSize: Int64 = 100, extra: [UInt8]? = nil) throws -> TlogProof {
        let root = try tree.root(treeSize: treeSize)
        return TlogProof(
            inclusion: try tree.inclusionProof(of: index, treeSize: treeSize),
            checkpoint: try Checkpoint(origin: origin, size: treeSize, root: root).signed(with: [signer]),
            extra: extra
        )
    }

    @Test func proofsAreWrittenReadAndVerified() throws {
        for treeSize in [1, 2, 3, 64, 100] as [Int64] {
            for index in 0..<treeSize {
                let text = try proof(of: index, treeSize: treeSize).text
                let read = try TlogProof(parsing: text)
                #expect(read.text == text)
                let checkpoint = try read.verify(
                    leaf: leaves[Int(index)],
                    origin: origin,
                    logKeys: [signer.verifier]
                )
                #expect(checkpoint.size == treeSize)
            }
        }
    }

    @Test func theTextIsThatOfTheSpecification() throws {
        let proof = try proof(of: 2, treeSize: 3, extra: [1, 2, 3])
        let root = try tree.root(treeSize: 3)
        let expected = """
            c2sp.org/tlog-proof@v1
            extra AQID
            index 2
            \(Hash.node(leaves[0], leaves[1]).base64)

            daybook.example/school
            3
            \(root.base64)

            — daybook.example/school
            """
        #expect(proof.text.hasPrefix(expected + " "))
        #expect(try TlogProof(parsing: proof.text).extra == [1, 2, 3])
        #expect(try self.proof(of: 2, extra: []).extra == nil)
    }

    @Test func anythingFalseIsRefused() throws {
        let good = try proof(of: 42)
        let keys = [signer.verifier]
        expectRefusal(.rootMismatch) { try good.verify(leaf: leaves[43], origin: origin, logKeys: keys) }
        expectRefusal(.wrongOrigin) { try good.verify(leaf: leaves[42], origin: "other", logKeys: keys) }
        expectRefusal(.unknownSigner) { try good.verify(leaf: leaves[42], origin: origin, logKeys: []) }
        let other = TlogProof(
            inclusion: InclusionProof(index: 41, treeSize: 100, hashes: good.hashes),
            checkpoint: good.checkpoint
        )
        expectRefusal(.rootMismatch) { try other.verify(leaf: leaves[42], origin: origin, logKeys: keys) }
        let beyond = TlogProof(
            inclusion: InclusionProof(index: 100, treeSize: 200, hashes: good.hashes),
            checkpoint: good.checkpoint
        )
        expectRefusal(.outOfRange) { try beyond.verify(leaf: leaves[42], origin: origin, logKeys: keys) }
    }

    @Test func everyChangedByteOfTheTextIsRefusedOrWithoutMeaning() throws {
        let text = try Array(proof(of: 42).text.utf8)
        for index in text.indices {
            for replacement in [text[index] ^ 1, UInt8(ascii: "A"), UInt8(ascii: "\n")] where replacement != text[index]
            {
                var changed = text
                changed[index] = replacement
                guard let string = String(validating: changed, as: UTF8.self) else { continue }
                #expect(throws: MerkleLogError.self) {
                    try TlogProof(parsing: string).verify(
                        leaf: leaves[42],
                        origin: origin,
                        logKeys: [signer.verifier]
                    )
                }
            }
        }
    }

    static let hash = Hash.zero.base64

    @Test(arguments: [
        "", "\n", "\n\n", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\n\n",
        "c2sp.org/tlog-proof@v2\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nindex\n\n", "c2sp.org/tlog-proof@v1\nindex \n\n",
        "c2sp.org/tlog-proof@v1\nindex 01\n\n",
        "c2sp.org/tlog-proof@v1\nindex -1\n\n", "c2sp.org/tlog-proof@v1\nindex  1\n\n", "c2sp.org/tlog-proof@v1\n0\n\n",
        "c2sp.org/tlog-proof@v1\nindex 1\nextra AQID\n\n", "c2sp.org/tlog-proof@v1\nextra AQID\n\n",
        "c2sp.org/tlog-proof@v1\nextra A\nindex 1\n\n", "c2sp.org/tlog-proof@v1\nextra \nindex 1\n\n",
        "c2sp.org/tlog-proof@v1\nextra AQID\nextra AQID\nindex 1\n\n", "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n",
        "c2sp.org/tlog-proof@v1\nindex 1\n\(hash) \n\n", "c2sp.org/tlog-proof@v1\r\nindex 1\n\n",
        "c2sp.org/tlog-proof@v1\nindex 1\n" + String(repeating: hash + "\n", count: 64) + "\n",
    ])
    func malformedProofsAreRefused(head: String) throws {
        let checkpoint = try Checkpoint(origin: origin, size: 9, root: .zero).signed(with: [signer]).encoded
        expectRefusal(.malformedProof) { _ = try TlogProof(parsing: head + checkpoint) }
    }

    @Test func aProofWithoutACheckpointIsRefused() throws {
        let text = try proof(of: 42).text
        let head = try #require(text.firstRange(ofEmptyLine: ()))
        expectRefusal(.malformedNote) { _ = try TlogProof(parsing: String(text[..<head])) }
        expectRefusal(.malformedNote) { _ = try TlogProof(parsing: String(text.dropLast())) }
    }
}

extension String {
    /// Where the first empty line ends.
    fileprivate func firstRange(ofEmptyLine: Void) -> Index? { ranges(of: "\n\n").first?.upperBound }
}
