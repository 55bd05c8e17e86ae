import Testing
import Time

@testable import Mail

/// What a message looks like, line by line.
struct MailMessageTests {
    static let moment = Timestamp(rfc3339: "2026-11-05T09:08:07.123456Z") ?? .epoch

    static func message(subject: String = "Hello", text: String = "World") throws -> MailMessage {
        MailMessage(
            from: MailMessage.Mailbox(try #require(MailAddress("office@school.example")), name: "Office"),
            to: MailMessage.Mailbox(try #require(MailAddress("ann@home.example"))),
            subject: subject,
            date: moment,
            id: "abc-1",
            text: text
        )
    }

    private static func lines(_ message: MailMessage) -> [String] {
        String(decoding: message.bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    @Test func aPlainMessageIsAsTheStandardHasIt() throws {
        #expect(
            try Self.lines(Self.message()) == [
                "From: \"Office\" <office@school.example>", "To: ann@home.example", "Subject: Hello",
                "Date: Thu, 05 Nov 2026 09:08:07 +0000", "Message-ID: <abc-1@school.example>", "MIME-Version: 1.0",
                "Auto-Submitted: auto-generated", "Content-Type: text/plain; charset=UTF-8",
                "Content-Transfer-Encoding: quoted-printable", "", "World", "",
            ]
        )
    }

    @Test(arguments: [
        "a\r\nBcc: x@evil.example", "a\nBcc: x@evil.example", "a\rBcc: x@evil.example", "a\u{0}b\u{85}c\u{2028}Bcc: x",
        "ä\r\nBcc: x@evil.example", "=?UTF-8?B?DQpCY2M6IHg=?=", "\"\r\n\r\n<script>",
    ])
    func noTextBecomesAHeaderField(text: String) throws {
        var message = try Self.message(subject: text)
        message.from.name = text
        message.to.name = text
        message.id = text
        message.language = text
        message.unsubscribe = "https://a.example/\(text)"
        message.attachments = [.init(name: text, mediaType: text, bytes: [1])]
        let lines = Self.lines(message)
        let known = [
            "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted", "Content-Language",
            "Content-Type", "List-Unsubscribe",
        ]
        for line in lines.prefix(while: { !$0.isEmpty }) where !line.hasPrefix(" ") {
            #expect(known.contains(String(line.prefix { $0 != ":" })), "\(line)")
        }
        #expect(!lines.contains { $0.hasPrefix("Bcc") || $0.contains("\r") || $0.contains("\n") })
    }

    @Test func linesAreShortAndNoneBeginsWithADot() throws {
        let text =
            (0..<200).map { String(repeating: "é", count: $0) + ".\n.\n..x\nFrom me \n" }.joined()
            + String(repeating: "a.", count: 4_000) + "\r\n" + String(repeating: ".", count: 300)
        var message = try Self.message(subject: String(repeating: "Straße ", count: 40), text: text)
        message.html = text
        message.attachments = [
            .init(name: "ü.pdf", mediaType: "application/pdf", bytes: [UInt8](repeating: 7, count: 999))
        ]
        for line in Self.lines(message) {
            #expect(line.utf8.count <= 78)
            #expect(!line.hasPrefix(".") && !line.hasPrefix("From "))
            #expect(line.utf8.allSatisfy { (32..<127).contains($0) })
        }
    }

    @Test func aLineBreakInATextIsABlank() {
        #expect(HeaderText.unstructured("a\r\nb") == "a  b")
        #expect(HeaderText.phrase("a\nb") == "\"a b\"")
        #expect(HeaderText.parameter("filename", "a\u{0}\u{2028}b") == "filename=\"a  b\"")
    }

    @Test func anEncodedWordIsShortAndHoldsWholeCharacters() {
        for word in HeaderText.unstructured(String(repeating: "🎓é", count: 60)).split(separator: "\r\n ") {
            #expect(word.utf8.count <= 75 && word.hasPrefix("=?UTF-8?B?") && word.hasSuffix("?="))
        }
    }

    @Test(arguments: ["ann@home.example", "a.b+c@x.example", "o'neill@a-b.example", "x@localhost"])
    func anAddressIsTaken(text: String) { #expect(MailAddress(text)?.description == text) }

    @Test(arguments: [
        "", "ann", "@home.example", "ann@", "a b@home.example", "a@home.example\r\nRCPT TO:<x@y.example>",
        "<a@b.example>",
        "a@b@c.example", "a@home..example", ".a@home.example", "a.@home.example", "a@[127.0.0.1]", "\"a\"@home.example",
        "ä@home.example", "a@hömé.example", "a,b@home.example", "a@home.example,c@d.example", "a@home.example>",
    ])
    func whatIsNoAddressIsNot(text: String) { #expect(MailAddress(text) == nil) }

    @Test func htmlHasNoMarkupOfOthers() {
        #expect(HTMLText.escape("<b>\"A\" & 'B'</b>") == "&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt;")
    }
}
