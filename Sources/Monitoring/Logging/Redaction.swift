import JSON
import Logging

/// Takes out of log entries what must be in none: secrets, and text about people.
///
/// By the name of a metadata key, whatever its value; and wherever it stands, by the look of a value: Daybook's tokens,
/// JWTs, bearer credentials, passwords in URLs, private keys, e-mail addresses. Control characters and those that turn
/// text around are taken out as well: a log line is one line, and reads as it is.
enum Redaction {
    static let secret = "[redacted]"
    static let personal = "[personal]"

    private static let secretParts = [
        "password", "passwd", "secret", "token", "authorization", "cookie", "credential", "privatekey", "apikey",
        "passphrase", "signature",
    ]
    private static let personalNames: Set<String> = [
        "name", "fullname", "firstname", "lastname", "displayname", "email", "mail", "phone", "address", "ip",
        "ipaddress", "clientaddress", "remoteaddress", "useragent", "label", "birthdate", "dateofbirth", "guardian",
    ]

    /// A metadata value as JSON.
    ///
    /// - Parameter room: how many bytes metadata may still take; it is used up.
    static func value(_ value: Logger.MetadataValue, of key: String, room: inout Int) -> JSONValue {
        let plain = key.lowercased().filter { $0 != "_" && $0 != "-" && $0 != "." }
        if secretParts.contains(where: { plain.contains($0) }) { return .string(secret) }
        if personalNames.contains(plain) { return .string(personal) }
        return self.value(value, room: &room)
    }

    private static func value(_ value: Logger.MetadataValue, room: inout Int) -> JSONValue {
        guard room > 0 else { return .string("…") }
        switch value {
        case .dictionary(let members):
            var object = JSONObject()
            for (key, member) in members.sorted(by: { $0.key < $1.key }).prefix(100) {
                let name = text(key, limit: 100)
                room -= name.utf8.count
                object[name] = self.value(member, of: name, room: &room)
            }
            return .object(object)
        case .array(let elements):
            return .array(elements.prefix(100).map { self.value($0, room: &room) })
        default:
            let text = text("\(value)", limit: min(2_000, max(1, room)))
            room -= text.utf8.count
            return .string(text)
        }
    }

    /// A text without secrets, of at most `limit` characters. What would be cut off is looked at too: half a secret would
    /// not look like one.
    static func text(_ text: String, limit: Int, isMultiline: Bool = false) -> String {
        let text = text.utf8.count > longest ? beginning(of: text) : text
        let result = needsCleaning(text, isMultiline) ? cleaned(text, isMultiline) : text
        return cut(mayHoldSecrets(result) ? SecretPatterns.withoutSecrets(result) : result, limit)
    }

    /// A line of a text of one line.
    static func text(_ text: String, _ limit: Int) -> String { self.text(text, limit: limit) }

    /// A name as it is, in one line of at most `limit` characters.
    static func line(_ name: String, _ limit: Int) -> String {
        cut(needsCleaning(name, false) ? cleaned(name, false) : name, limit)
    }

    private static func cut(_ text: String, _ limit: Int) -> String {
        text.utf8.count > limit && text.count > limit ? text.prefix(limit - 1) + "…" : text
    }

    /// No text is looked at any further.
    private static let longest = 65_536

    /// The beginning of an overlong text, without the word that is cut in two there.
    private static func beginning(of text: String) -> String {
        let part = Substring(text.unicodeScalars.prefix(longest))
        let end = part.lastIndex { $0 == " " || $0 == "\n" } ?? part.startIndex
        return part[..<end] + "…"
    }

    private static func isEndOfName(_ byte: UInt8) -> Bool {
        switch byte | 0x20 {
        case UInt8(ascii: "d"), UInt8(ascii: "t"), UInt8(ascii: "n"), UInt8(ascii: "y"), UInt8(ascii: "e"): true
        default: false
        }
    }

    private static func needsCleaning(_ text: String, _ isMultiline: Bool) -> Bool {
        // Nearly all texts are printable ASCII.
        text.utf8.contains { $0 < 0x20 && !(isMultiline && $0 == 0x0A) || $0 >= 0x7F }
    }

    private static func cleaned(_ text: String, _ isMultiline: Bool) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A where isMultiline: scalars.append(scalar)
            case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029: scalars.append(" ")
            case 0x202A...0x202E, 0x2066...0x2069: break
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    /// Whether something in the text calls for a closer look.
    private static func mayHoldSecrets(_ text: String) -> Bool {
        var previous: UInt8 = 0
        for byte in text.utf8 {
            switch byte {
            // `@` of addresses and URLs, `dbk_`, `eyJ`, `PRIVATE+KEY`, `Bearer x`, `password=x`.
            case UInt8(ascii: "@"), UInt8(ascii: "="): return true
            case UInt8(ascii: "_") where previous == UInt8(ascii: "k"): return true
            case UInt8(ascii: "J") where previous == UInt8(ascii: "y"): return true
            case UInt8(ascii: "+") where previous == UInt8(ascii: "E"): return true
            case UInt8(ascii: "e") where previous | 0x20 == UInt8(ascii: "b"): return true
            // `Basic x`, `-----BEGIN`.
            case UInt8(ascii: "a") where previous | 0x20 == UInt8(ascii: "b"): return true
            case UInt8(ascii: "-") where previous == UInt8(ascii: "-"): return true
            // `password: x`, `"token":"x"`: what comes before the colon ends in the letter of such a name.
            case UInt8(ascii: ":") where isEndOfName(previous): return true
            default: break
            }
            // A name in quotes ends before them.
            if byte != UInt8(ascii: "\""), byte != UInt8(ascii: "'"), byte != UInt8(ascii: "\\") { previous = byte }
        }
        return false
    }
}
