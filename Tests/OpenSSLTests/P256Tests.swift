import Testing

@testable import OpenSSL

/// Agreement on secrets over P-256, and the keys made of them.
struct P256Tests {
    @Test func bothSidesAgreeOnTheSameSecret() throws {
        let (one, two) = (try P256.PrivateKey(), try P256.PrivateKey())
        #expect(try one.sharedSecret(with: two.publicKey) == two.sharedSecret(with: one.publicKey))
        #expect(try one.sharedSecret(with: two.publicKey) != one.sharedSecret(with: one.publicKey))
    }

    /// RFC 5903, section 8.1.
    @Test func theSecretIsTheStandardsOwn() throws {
        let scalar = "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433"
        let x = "D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63"
        let y = "56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB"
        let agreed = "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE"
        let key = try P256.PrivateKey(scalar: #require(Hex.decode(scalar.lowercased())))
        let other = [4] + (try #require(Hex.decode((x + y).lowercased())))
        #expect(try Hex.encode(key.sharedSecret(with: other)) == agreed.lowercased())
    }

    @Test func whatIsNoKeyIsRefused() throws {
        #expect(throws: OpenSSLError.self) { try P256.PrivateKey(scalar: [UInt8](repeating: 0, count: 32)) }
        #expect(throws: OpenSSLError.self) { try P256.PrivateKey(scalar: [UInt8](repeating: 255, count: 32)) }
        #expect(throws: OpenSSLError.self) { try P256.PrivateKey(secret: [1, 2, 3]) }
        let key = try P256.PrivateKey()
        var off = key.publicKey
        off[64] ^= 1
        #expect(throws: OpenSSLError.self) { try key.sharedSecret(with: off) }
        #expect(throws: OpenSSLError.self) { try key.sharedSecret(with: []) }
    }

    /// RFC 5869, appendix A.1.
    @Test func keysAreDerivedAsTheStandardDoes() throws {
        let key = HKDF.extract([UInt8](repeating: 11, count: 22), salt: Array(0...12))
        let output = HKDF.expand(key, info: Array(0xf0...0xf9), count: 42)
        #expect(
            Hex.encode(output)
                == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
        )
    }
}
