import OpenSSL
import Testing

@Suite struct Digest32Tests {
    @Test func aDigestIsItsBytes() throws {
        let bytes = [UInt8](0..<32)
        let digest = try #require(Digest32(bytes))
        #expect(digest.bytes == bytes)
        #expect(digest.hex == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
        #expect(Digest32(hex: digest.hex) == digest)
        #expect(Digest32(base64: digest.base64) == digest)
        #expect(digest.withUnsafeBytes { Digest32(loadingFrom: $0) } == digest)
        #expect(MemoryLayout<Digest32>.size == 32)
    }

    @Test(arguments: [0, 31, 33])
    func anotherNumberOfBytesIsRefused(length: Int) {
        let bytes = [UInt8](repeating: 0, count: length)
        #expect(Digest32(bytes) == nil)
        #expect(Digest32(hex: Hex.encode(bytes)) == nil)
        #expect(Digest32(base64: Base64.encode(bytes)) == nil)
    }

    @Test func everyBitCountsInComparisons() throws {
        let digest = SHA256.hash("x")
        #expect(ConstantTime.equal(digest, digest))
        for bit in 0..<256 {
            var bytes = digest.bytes
            bytes[bit / 8] ^= 1 << (bit % 8)
            let changed = try #require(Digest32(bytes))
            #expect(changed != digest)
            #expect(!ConstantTime.equal(changed, digest))
            #expect(!ConstantTime.equal(bytes, digest.bytes))
        }
        #expect(!ConstantTime.equal([1, 2], [1]))
        #expect(ConstantTime.equal([], []))
    }
}
