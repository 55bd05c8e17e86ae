import OpenSSL
import Testing

@Suite struct SHA256Tests {
    /// FIPS 180-4 examples, as published in NIST's cryptographic standards and guidelines.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func publishedExamplesHash(text: String, digest: String) {
        #expect(SHA256.hash(text).hex == digest)
        #expect(SHA256.hash(Array(text.utf8)).hex == digest)
    }

    @Test func aMillionLettersHash() {
        var hash = SHA256()
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
        for _ in 0..<1000 { hash.update(letters) }
        #expect(hash.finalize().hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func theDigestDoesNotDependOnHowTheInputIsCut() {
        let input = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        let whole = SHA256.hash(input)
        for cut in 0...input.count {
            var hash = SHA256()
            hash.update(input[..<cut])
            hash.update(input[cut...])
            #expect(hash.finalize() == whole)
            #expect(SHA256.hash(Array(input[..<cut]), Array(input[cut...])) == whole)
        }
    }

    @Test func finalizingDoesNotEndTheInput() {
        var hash = SHA256()
        hash.update("ab")
        #expect(hash.finalize() == SHA256.hash("ab"))
        hash.update("c")
        #expect(hash.finalize() == SHA256.hash("abc"))
    }

    @Test func aCopyGoesItsOwnWay() {
        var first = SHA256()
        first.update("a")
        var second = first
        first.update("b")
        second.update("c")
        #expect(first.finalize() == SHA256.hash("ab"))
        #expect(second.finalize() == SHA256.hash("ac"))
    }

    @Test func prefixedInputsAreHashedAsIfJoined() {
        let body = [UInt8](0..<77)
        #expect(body.withUnsafeBytes { SHA256.hash(prefix: 9, $0) } == SHA256.hash([9] + body))
        let (left, right) = (SHA256.hash("left"), SHA256.hash("right"))
        #expect(SHA256.hash(prefix: 9, left, right) == SHA256.hash([9] + left.bytes + right.bytes))
    }
}
