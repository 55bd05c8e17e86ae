import MerkleLog
import OpenSSL
import Testing

/// Keys and signatures published with golang.org/x/mod/sumdb/note.
enum PublishedNote {
    static let peterKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    static let enochKey = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
    /// Signature type and seed, from the private key of the same example.
    static let peterSeed = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    static let text = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        """
    static let peterLine =
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    static let enochLine =
        "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
}

@Suite struct NoteVerifierTests {
    /// The second key is the example of C2SP signed-note.
    @Test(arguments: [
        PublishedNote.peterKey, PublishedNote.enochKey,
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ])
    func publishedKeysAreReadAndWritten(encoded: String) throws {
        let verifier = try NoteVerifier(encoded: encoded)
        #expect(verifier.encoded == encoded)
        #expect(try NoteVerifier(name: verifier.name, publicKey: verifier.publicKey).keyID == verifier.keyID)
        #expect(encoded.contains("+\(verifier.keyIDText)+"))
    }

    @Test func everyPieceOfAKeyIsRefused() {
        let key = Array(PublishedNote.peterKey)
        for start in 0...key.count {
            for end in start...key.count where end - start < key.count {
                expectRefusal(.malformedKey) { _ = try NoteVerifier(encoded: String(key[start..<end])) }
            }
        }
    }

    @Test func everyChangedCharacterOfAKeyIsRefused() {
        for index in Array(PublishedNote.peterKey.utf8).indices {
            var bytes = Array(PublishedNote.peterKey.utf8)
            bytes[index] += 1
            expectRefusal(.malformedKey) { _ = try NoteVerifier(encoded: String(decoding: bytes, as: UTF8.self)) }
        }
    }

    @Test(arguments: [
        // Too long, and of an unknown type, each with the id that it would have.
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "", "++", "+c74f20a3+", "PeterNeumann", "PeterNeumann+c74f20a3", "PeterNeumann+c74f20a3+",
    ])
    func malformedKeysAreRefused(encoded: String) {
        expectRefusal(.malformedKey) { _ = try NoteVerifier(encoded: encoded) }
    }

    @Test(arguments: ["", "a b", "a+b", "a\nb", "a\u{00a0}b", "a\u{2028}b", "a\u{3000}", "\u{0007}", "a\tb"])
    func malformedNamesAreRefused(name: String) throws {
        let key = try Ed25519.PrivateKey()
        expectRefusal(.malformedKey) { _ = try NoteVerifier(name: name, publicKey: key.publicKey) }
        expectRefusal(.malformedKey) { _ = try NoteSigner(name: name, privateKey: key) }
    }
}
