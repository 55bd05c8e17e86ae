import MerkleLog
import OpenSSL
import Testing

@Suite struct SignedNoteTests {
    let peter: NoteVerifier
    let enoch: NoteVerifier
    let signer: NoteSigner

    init() throws {
        peter = try NoteVerifier(encoded: PublishedNote.peterKey)
        enoch = try NoteVerifier(encoded: PublishedNote.enochKey)
        let material = try #require(Base64.decode(PublishedNote.peterSeed))
        signer = try NoteSigner(
            name: "PeterNeumann",
            privateKey: Ed25519.PrivateKey(seed: Array(material.dropFirst()))
        )
    }

    @Test func aPublishedTextIsSignedAsPublished() throws {
        #expect(signer.verifier.encoded == PublishedNote.peterKey)
        let note = try SignedNote(signing: PublishedNote.text, with: [signer])
        #expect(note.encoded == PublishedNote.text + "\n" + PublishedNote.peterLine)
    }

    @Test func publishedNotesVerifyUnderTheirKeys() throws {
        let note = try SignedNote(
            parsing: PublishedNote.text + "\n" + PublishedNote.peterLine + PublishedNote.enochLine
        )
        #expect(note.text == PublishedNote.text)
        #expect(note.signatures.map(\.name) == ["PeterNeumann", "EnochRoot"])
        #expect(try note.verify(with: [peter, enoch]).map(\.name) == ["PeterNeumann", "EnochRoot"])
        #expect(try note.verify(with: [enoch]).map(\.name) == ["EnochRoot"])
    }

    /// The example of C2SP signed-note.
    @Test func theExampleOfTheSpecificationVerifies() throws {
        let key = try NoteVerifier(encoded: "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
        let text = """
            This is an example message.

            — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

            """
        let note = try SignedNote(parsing: Array(text.utf8))
        try note.verify(with: [key])
        #expect(note.encoded == text)
    }

    @Test func aNoteOfUnknownKeysIsRefused() throws {
        let note = try SignedNote(parsing: PublishedNote.text + "\n" + PublishedNote.enochLine)
        expectRefusal(.unknownSigner) { try note.verify(with: []) }
        expectRefusal(.unknownSigner) { try note.verify(with: [peter]) }
    }

    @Test func anUnknownKeyMayShareNameOrIDWithAKnownOne() throws {
        let sameName = try NoteSigner(name: "PeterNeumann", privateKey: Ed25519.PrivateKey())
        var note = try SignedNote(signing: PublishedNote.text, with: [sameName])
        expectRefusal(.unknownSigner) { try note.verify(with: [peter]) }
        try note.sign(with: [signer])
        #expect(try note.verify(with: [peter]).map(\.keyID) == [peter.keyID])

        let sameID = PublishedNote.peterLine.replacingFirst("PeterNeumann", with: "CarmenSandiego")
        let other = try SignedNote(parsing: PublishedNote.text + "\n" + sameID)
        expectRefusal(.unknownSigner) { try other.verify(with: [peter]) }
    }

    @Test func aBadSignatureUnderAKnownKeyCondemnsTheNote() throws {
        let bad = PublishedNote.peterLine.replacingFirst("SffcvIAQ", with: "SffcvIAR")
        let encoded = PublishedNote.text + "\n" + PublishedNote.enochLine + PublishedNote.peterLine + bad
        let note = try SignedNote(parsing: encoded)
        expectRefusal(.invalidSignature) { try note.verify(with: [peter, enoch]) }
        #expect(try note.verify(with: [enoch]).map(\.name) == ["EnochRoot"])
        let long = PublishedNote.peterLine.replacingFirst("SffcvIAQ", with: "SffcABCDvIAQ")
        let longer = try SignedNote(parsing: PublishedNote.text + "\n" + long)
        expectRefusal(.invalidSignature) { try longer.verify(with: [peter]) }
    }

    @Test func anotherTextIsRefused() throws {
        for (index, character) in PublishedNote.text.enumerated() where character.isLetter {
            var text = Array(PublishedNote.text)
            text[index] = "#"
            let note = try SignedNote(parsing: String(text) + "\n" + PublishedNote.peterLine)
            expectRefusal(.invalidSignature) { try note.verify(with: [peter]) }
        }
    }

    @Test func aKeyCountsOnceHoweverOftenItSigned() throws {
        let note = try SignedNote(
            parsing: PublishedNote.text + "\n" + PublishedNote.peterLine + PublishedNote.peterLine
        )
        #expect(try note.verify(with: [peter, peter]).count == 1)
    }

    @Test func canonicallyEquivalentTextsAreNotTheSame() throws {
        let key = try Ed25519.PrivateKey()
        let signer = try NoteSigner(name: "caf\u{e9}", privateKey: key)
        let note = try SignedNote(signing: "x\n", with: [signer])
        try note.verify(with: [signer.verifier])

        // The other spelling of the name, with the key id of the first.
        let renamed = try SignedNote(parsing: note.encoded.replacingFirst("\u{e9}", with: "e\u{301}"))
        #expect(renamed.signatures.map(\.keyID) == [signer.verifier.keyID])
        expectRefusal(.unknownSigner) { try renamed.verify(with: [signer.verifier]) }
        let other = try NoteVerifier(name: "cafe\u{301}", publicKey: key.publicKey)
        expectRefusal(.unknownSigner) { try note.verify(with: [other]) }
    }

    @Test func aTextMayHaveEmptyLinesAndLinesLikeSignatures() throws {
        for text in ["\n", "\n\n\n", "a\n\n— b c\n", "a\n\n" + PublishedNote.peterLine, "\u{301}\n\u{301}\n", "€\n"] {
            let note = try SignedNote(signing: text, with: [signer])
            let read = try SignedNote(parsing: note.encoded)
            #expect(Array(read.text.utf8) == Array(text.utf8))
            #expect(try read.verify(with: [peter]).count == 1)
        }
    }

    @Test func aHundredSignaturesAreReadAndNoMore() throws {
        let lines = String(repeating: PublishedNote.peterLine, count: 100)
        #expect(try SignedNote(parsing: PublishedNote.text + "\n" + lines).signatures.count == 100)
        expectRefusal(.malformedNote) {
            _ = try SignedNote(parsing: PublishedNote.text + "\n" + lines + PublishedNote.peterLine)
        }
        expectRefusal(.malformedNote) {
            let long = String(repeating: "x", count: SignedNote.maximumByteCount)
            _ = try SignedNote(parsing: long + "\n\n" + PublishedNote.peterLine)
        }
    }

    @Test func aNoteOfAKindThatGrowsIsReadAsLongAsItsReaderSays() throws {
        let text = String(repeating: "x", count: SignedNote.maximumByteCount) + "\n"
        let note = text + "\n" + PublishedNote.peterLine
        let length = note.utf8.count
        #expect(try SignedNote(parsing: Array(note.utf8), maximumByteCount: length).text == text)
        expectRefusal(.malformedNote) { _ = try SignedNote(parsing: note) }
        expectRefusal(.malformedNote) {
            _ = try SignedNote(parsing: Array(note.utf8), maximumByteCount: length - 1)
        }
    }

    static let malformed: [String] = {
        let (text, line) = (PublishedNote.text, PublishedNote.peterLine)
        let signature = line.split(separator: " ")[2].dropLast()
        return [
            "", "\n", "\n\n", text, text + "\n", line, "\n" + line,
            text + line,
            text + "\n" + line.dropLast(),
            "\u{1}" + text + "\n" + line,
            "a\tb\n\n" + line,
            "a\r\n\n" + line,
            text + "\n" + line + "Unexpected line.\n",
            text + "\n" + line + "\n",
            text + "\n" + line + "\n\n",
            text + "\n— Bad Name \(signature)\n",
            text + "\n— Bad+Name \(signature)\n",
            text + "\n—  \(signature)\n",
            text + "\n— \(signature)\n",
            text + "\n— PeterNeumann\n",
            text + "\n— PeterNeumann \n",
            text + "\n— PeterNeumann  \(signature)\n",
            text + "\n— PeterNeumann \(signature) \n",
            text + "\n— PeterNeumann \(signature.dropLast())\n",
            text + "\n— PeterNeumann x08g\n",
            text + "\n— PeterNeumann x08gow==\n",
            text + "\n— PeterNeumann x08go_Zk\n",
            text + "\n- PeterNeumann \(signature)\n",
            text + "\n—PeterNeumann \(signature)\n",
            text + "\n -— PeterNeumann \(signature)\n",
            text + "\n—\u{a0}PeterNeumann \(signature)\n",
        ]
    }()

    @Test(arguments: malformed)
    func malformedNotesAreRefused(note: String) {
        expectRefusal(.malformedNote) { _ = try SignedNote(parsing: note) }
        expectRefusal(.malformedNote) { _ = try SignedNote(parsing: Array(note.utf8)) }
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        let note = Array((PublishedNote.text + "\n" + PublishedNote.peterLine).utf8)
        expectRefusal(.malformedNote) { _ = try SignedNote(parsing: [0xff] + note) }
        expectRefusal(.malformedNote) { _ = try SignedNote(parsing: [0xc0, 0x80] + note) }
    }

    @Test(arguments: ["", "abc", "a\u{0}\n", "a\r\n"])
    func aTextThatNoNoteCanHoldIsNotSigned(text: String) {
        expectRefusal(.malformedNote) { _ = try SignedNote(signing: text, with: [signer]) }
    }

    @Test func aNoteNeedsASigner() {
        expectRefusal(.malformedNote) { _ = try SignedNote(signing: "a\n", with: []) }
    }
}

extension String {
    /// The text with the first occurrence of a part replaced.
    func replacingFirst(_ part: String, with other: String) -> String {
        guard let range = firstRange(of: part) else { return self }
        return replacingCharacters(in: range, with: other)
    }

    private func firstRange(of part: String) -> Range<Index>? { ranges(of: part).first }

    private func replacingCharacters(in range: Range<Index>, with other: String) -> String {
        var text = self
        text.replaceSubrange(range, with: other)
        return text
    }
}
