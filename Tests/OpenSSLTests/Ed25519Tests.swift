import OpenSSL
import Testing

@Suite struct Ed25519Tests {
    struct Vector: Sendable {
        let seed: String
        let publicKey: String
        let message: String
        let signature: String
    }

    /// RFC 8032, section 7.1: tests 1 to 3.
    static let vectors = [
        Vector(
            seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            message: "",
            signature:
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b"
        ),
        Vector(
            seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            message: "72",
            signature:
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00"
        ),
        Vector(
            seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            message: "af82",
            signature:
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                + "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ]

    @Test(arguments: vectors)
    func publishedKeysSignAsPublished(vector: Vector) throws {
        let seed = try #require(Hex.decode(vector.seed))
        let message = try #require(Hex.decode(vector.message))
        let key = try Ed25519.PrivateKey(seed: seed)
        #expect(Hex.encode(key.publicKey.bytes) == vector.publicKey)
        #expect(try key.seed() == seed)
        let signature = try key.sign(message)
        #expect(Hex.encode(signature) == vector.signature)
        #expect(try Ed25519.PublicKey(bytes: key.publicKey.bytes).verify(signature, of: message))
    }

    @Test func everyChangedBitOfASignatureIsRefused() throws {
        let key = try Ed25519.PrivateKey()
        let message = Array("a message".utf8)
        let signature = try key.sign(message)
        for bit in 0..<signature.count * 8 {
            var changed = signature
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(!key.publicKey.verify(changed, of: message))
        }
    }

    @Test func aSignatureHoldsForItsMessageAndKeyAlone() throws {
        let key = try Ed25519.PrivateKey()
        let signature = try key.sign(Array("a message".utf8))
        #expect(!key.publicKey.verify(signature, of: Array("b message".utf8)))
        #expect(!(try Ed25519.PrivateKey().publicKey.verify(signature, of: Array("a message".utf8))))
    }

    @Test(arguments: [0, 1, 63, 65, 128])
    func aSignatureOfAnotherLengthIsRefused(length: Int) throws {
        let key = try Ed25519.PrivateKey()
        #expect(!key.publicKey.verify([UInt8](repeating: 0, count: length), of: []))
    }

    /// RFC 8032, section 5.1.7: S must be below the group's order, or signatures could be altered by others.
    @Test func aSignatureWithTheOrderAddedIsRefused() throws {
        let key = try Ed25519.PrivateKey()
        let signature = try key.sign([])
        let order = try #require(Hex.decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"))
        var changed = signature
        var carry = 0
        for index in 0..<32 {
            let sum = Int(signature[32 + index]) + Int(order[index]) + carry
            changed[32 + index] = UInt8(truncatingIfNeeded: sum)
            carry = sum >> 8
        }
        #expect(key.publicKey.verify(signature, of: []))
        #expect(!key.publicKey.verify(changed, of: []))
    }

    @Test(arguments: [0, 31, 33, 64])
    func keysOfAnotherLengthAreRefused(length: Int) {
        let bytes = [UInt8](repeating: 1, count: length)
        #expect(throws: OpenSSLError.self) { try Ed25519.PrivateKey(seed: bytes) }
        #expect(throws: OpenSSLError.self) { try Ed25519.PublicKey(bytes: bytes) }
    }

    @Test func oneKeySignsFromManyTasks() async throws {
        let key = try Ed25519.PrivateKey()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    let message = [UInt8](repeating: UInt8(task), count: 100)
                    let expected = try key.sign(message)
                    return try (0..<50).allSatisfy { _ in
                        try key.sign(message) == expected && key.publicKey.verify(expected, of: message)
                    }
                }
            }
            for try await holds in group { #expect(holds) }
        }
    }
}
