import OpenSSL
import Testing

@Suite struct EncodingTests {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func publishedBase64IsWrittenAndRead(text: String, encoded: String) {
        let bytes = Array(text.utf8)
        #expect(Base64.encode(bytes) == encoded)
        #expect(Base64.decode(encoded) == bytes)
        let unpadded = encoded.filter { $0 != "=" }
        #expect(Base64.encode(bytes, .urlSafe) == unpadded)
        #expect(Base64.decode(unpadded, .urlSafe) == bytes)
    }

    @Test func theAlphabetsDifferInTwoDigits() {
        #expect(Base64.encode([0xfb, 0xff]) == "+/8=")
        #expect(Base64.encode([0xfb, 0xff], .urlSafe) == "-_8")
        #expect(Base64.decode("-_8=") == nil)
        #expect(Base64.decode("+/8", .urlSafe) == nil)
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v=", "====", "Z===", "Zm9v\n", " Zm9v", "Zm9v====", "Zg==Zg==",
        "Zm 9v", "Zmé=", "=Zm9",
    ])
    func anythingButCanonicalBase64IsRefused(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: ["Z", "Zg==", "Zh", "Zm9", "Zm9vY", "Zm9v\n"])
    func anythingButCanonicalURLSafeBase64IsRefused(text: String) {
        #expect(Base64.decode(text, .urlSafe) == nil)
    }

    @Test func randomBytesSurviveEveryEncoding() throws {
        for length in 0..<100 {
            let bytes = try SecureRandom.bytes(length)
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.decode(Base64.encode(bytes, .urlSafe), .urlSafe) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        }
    }

    @Test func hexIsWrittenInLowerCaseAndReadInEither() {
        #expect(Hex.encode([0x00, 0xaf, 0x19]) == "00af19")
        #expect(Hex.decode("00AfF9") == [0x00, 0xaf, 0xf9])
    }

    @Test(arguments: ["0", "0g", "0x00", " 00", "é0"])
    func anythingButPairsOfHexDigitsIsRefused(text: String) {
        #expect(Hex.decode(text) == nil)
    }
}
