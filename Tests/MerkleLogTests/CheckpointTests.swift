import MerkleLog
import OpenSSL
import Testing

@Suite struct CheckpointTests {
    let root = Hash.leaf([1])

    /// The example of C2SP tlog-checkpoint.
    @Test func theExampleOfTheSpecificationIsRead() throws {
        let text = """
            example.com/behind-the-sofa
            20852163
            CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

            — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=

            """
        let note = try SignedNote(parsing: text)
        let checkpoint = try Checkpoint(text: note.text)
        #expect(checkpoint.origin == "example.com/behind-the-sofa")
        #expect(checkpoint.size == 20_852_163)
        #expect(checkpoint.root.base64 == "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
        #expect(checkpoint.text == note.text)
    }

    @Test func aSignedCheckpointVerifiesUnderAnyKeyOfItsLog() throws {
        let origin = "daybook.example/school"
        let signers = try (0..<2).map { _ in try NoteSigner(name: origin, privateKey: Ed25519.PrivateKey()) }
        let checkpoint = try Checkpoint(origin: origin, size: 7, root: root, extensions: ["one", "two"])
        let encoded = try checkpoint.signed(with: signers).encoded
        for signer in signers {
            let note = try SignedNote(parsing: encoded)
            let read = try Checkpoint(verifying: note, origin: origin, logKeys: [signer.verifier])
            #expect(read.text == checkpoint.text)
            #expect(read.size == 7)
            #expect(read.root == root)
            #expect(read.extensions == ["one", "two"])
        }
    }

    @Test func aCheckpointOfAnotherLogIsRefused() throws {
        let signer = try NoteSigner(name: "key", privateKey: Ed25519.PrivateKey())
        let note = try Checkpoint(origin: "caf\u{e9}", size: 1, root: root).signed(with: [signer])
        for origin in ["cafe\u{301}", "", "other"] {
            expectRefusal(.wrongOrigin) {
                _ = try Checkpoint(verifying: note, origin: origin, logKeys: [signer.verifier])
            }
        }
        _ = try Checkpoint(verifying: note, origin: "caf\u{e9}", logKeys: [signer.verifier])
    }

    @Test func anUnsignedStatementIsNotBelieved() throws {
        let signer = try NoteSigner(name: "key", privateKey: Ed25519.PrivateKey())
        let other = try NoteSigner(name: "key", privateKey: Ed25519.PrivateKey())
        let note = try Checkpoint(origin: "log", size: 1, root: root).signed(with: [other])
        expectRefusal(.unknownSigner) {
            _ = try Checkpoint(verifying: note, origin: "log", logKeys: [signer.verifier])
        }
        let notACheckpoint = try SignedNote(signing: "log\n1\n", with: [signer])
        expectRefusal(.malformedCheckpoint) {
            _ = try Checkpoint(verifying: notACheckpoint, origin: "log", logKeys: [signer.verifier])
        }
    }

    static let hash = Hash.leaf([1]).base64

    @Test(arguments: [
        "", "\n", "log\n1\n", "log\n1\n\(hash)", "\n1\n\(hash)\n", "log\n\n\(hash)\n", "log\n1\n\n",
        "log\n01\n\(hash)\n",
        "log\n-1\n\(hash)\n", "log\n+1\n\(hash)\n", "log\n1 \n\(hash)\n", "log\n0x1\n\(hash)\n", "log\n١\n\(hash)\n",
        "log\n9223372036854775808\n\(hash)\n", "log\n1\n\(hash)=\n", "log\n1\n\(hash.dropLast())\n", "log\n1\nAAAA\n",
        "log\n1\n\(hash)\n\n", "log\n1\n\(hash)\next\n\n", "log\n1\n\(hash)\n\next\n", "log\r\n1\n\(hash)\n",
        "log\n1\n\(hash)\r\n", "lo\tg\n1\n\(hash)\n",
    ])
    func malformedCheckpointsAreRefused(text: String) {
        expectRefusal(.malformedCheckpoint) { _ = try Checkpoint(text: text) }
    }

    @Test(arguments: [0, 1, 9, 10, Int64.max])
    func everySizeIsWrittenAndRead(size: Int64) throws {
        let checkpoint = try Checkpoint(origin: "log", size: size, root: root)
        #expect(try Checkpoint(text: checkpoint.text).size == size)
    }

    @Test func aStatementThatCannotBeWrittenIsRefused() {
        expectRefusal(.malformedCheckpoint) { _ = try Checkpoint(origin: "", size: 1, root: root) }
        expectRefusal(.malformedCheckpoint) { _ = try Checkpoint(origin: "a\nb", size: 1, root: root) }
        expectRefusal(.malformedCheckpoint) { _ = try Checkpoint(origin: "a", size: -1, root: root) }
        expectRefusal(.malformedCheckpoint) { _ = try Checkpoint(origin: "a", size: 1, root: root, extensions: [""]) }
        expectRefusal(.malformedCheckpoint) {
            _ = try Checkpoint(origin: "a", size: 1, root: root, extensions: ["b\n"])
        }
    }
}
