import OpenSSL
import Time

extension MailMessage {
    /// The message as it is sent: lines of ASCII that end in CR LF (RFC 5322, RFC 2045).
    package var bytes: [UInt8] {
        var lines = [
            "From: \(Self.field(from))",
            "To: \(Self.field(to))",
            "Subject: \(HeaderText.unstructured(subject))",
            "Date: \(MailDate.text(date))",
            "Message-ID: <\(token(id))@\(from.address.domain)>",
            "MIME-Version: 1.0",
            // Nobody on leave is to answer it (RFC 3834).
            "Auto-Submitted: auto-generated",
        ]
        if let language { lines.append("Content-Language: \(token(language))") }
        if let unsubscribe = unsubscribe.flatMap(Self.address) { lines.append("List-Unsubscribe: <\(unsubscribe)>") }
        if isUrgent { lines += ["Importance: high", "X-Priority: 1"] }

        // No part can hold a line with this: quoted-printable has no `=_`, base64 no underscore.
        let boundary = "=_\(SHA256.hash(Array(id.utf8)).hex.prefix(24))"
        guard !attachments.isEmpty else { return Self.joined(lines, content(boundary)) }
        var body: [UInt8] = []
        for part in [content("\(boundary)a")] + attachments.map(\.part) {
            body += Array("--\(boundary)\r\n".utf8) + Self.joined(part.fields, (fields: [], body: part.body))
        }
        body += Array("--\(boundary)--\r\n".utf8)
        return Self.joined(
            lines,
            (fields: ["Content-Type: multipart/mixed; boundary=\"\(boundary)\""], body: body)
        )
    }

    typealias Part = (fields: [String], body: [UInt8])

    private func content(_ boundary: String) -> Part {
        let plain = Self.part("plain", text)
        guard let html else { return plain }
        var body: [UInt8] = []
        for part in [plain, Self.part("html", html)] {
            body += Array("--\(boundary)\r\n".utf8) + Self.joined(part.fields, (fields: [], body: part.body))
        }
        body += Array("--\(boundary)--\r\n".utf8)
        return (["Content-Type: multipart/alternative; boundary=\"\(boundary)\""], body)
    }

    private static func part(_ kind: String, _ text: String) -> Part {
        (
            ["Content-Type: text/\(kind); charset=UTF-8", "Content-Transfer-Encoding: quoted-printable"],
            QuotedPrintable.encode(text)
        )
    }

    private static func joined(_ lines: [String], _ part: Part) -> [UInt8] {
        Array((lines + part.fields).joined(separator: "\r\n").utf8) + [13, 10, 13, 10] + part.body
    }

    private static func field(_ mailbox: Mailbox) -> String {
        guard let name = mailbox.name, !name.isEmpty else { return "\(mailbox.address)" }
        let phrase = HeaderText.phrase(name)
        return phrase + (phrase.utf8.count > 40 ? "\r\n " : " ") + "<\(mailbox.address)>"
    }

    private func token(_ text: String) -> String {
        String(
            text.unicodeScalars.filter {
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789-".unicodeScalars.contains($0))
            }
            .map(Character.init)
        )
    }

    private static func address(_ text: String) -> String? {
        let isFit = text.hasPrefix("https://") && text.utf8.count <= 900
        return isFit && text.utf8.allSatisfy { (33..<127).contains($0) && $0 != 60 && $0 != 62 } ? text : nil
    }
}

extension MailMessage.Attachment {
    /// Base64 in lines of 76.
    fileprivate var part: MailMessage.Part {
        let isType = mediaType.utf8.allSatisfy { (33..<127).contains($0) && $0 != 59 && $0 != 34 }
        let type = isType && mediaType.split(separator: "/").count == 2 ? mediaType : "application/octet-stream"
        let digits = Array(Base64.encode(bytes).utf8)
        var body: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 76) {
            body += digits[start..<min(start + 76, digits.count)] + [13, 10]
        }
        return (
            [
                "Content-Type: \(type)",
                "Content-Disposition: attachment;\r\n \(HeaderText.parameter("filename", name))",
                "Content-Transfer-Encoding: base64",
            ],
            body
        )
    }
}
