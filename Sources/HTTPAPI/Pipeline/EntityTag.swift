import HTTPTypes
import OpenSSL

/// Which version of an answer one is: the position that its content was made at, and what the content is.
package struct EntityVersion: Sendable, Hashable {
    /// The position of the log.
    package var position: Int64
    /// A code of the content, where more decides on it than the log up to the position: who reads, in which session, by which
    /// clock, from which making of a read model, and whether what it tells was erased since; nil if nothing does.
    package var variant: String?

    package init(_ position: Int64, variant: String? = nil) {
        self.position = position
        self.variant = variant
    }

    /// The version of a reply made at a position, by its bytes.
    package init(_ position: Int64, content reply: Reply) {
        var hash = SHA256()
        switch reply.body {
        case .bytes(let bytes): hash.update(bytes)
        case .part(let bytes): hash.update(bytes)
        case .none, .stream, .takeover: break
        }
        hash.update(Array((reply.headers[.link] ?? "").utf8))
        self.init(position, variant: Base64.encode(Array(hash.finalize().bytes.prefix(12)), .urlSafe))
    }

    /// Between the quotes.
    var text: String { variant.map { "\(position).\($0)" } ?? String(position) }
}

/// Entity tags by position (RFC 9110, section 8.8.3): `W/"17"` is whatever the log up to position 17 answers, and
/// `W/"17.q3Zk"` the content of that code, made then.
///
/// They are weak, for the JSON and the CSV of one position tell the same in other bytes.
enum EntityTag {
    /// The tag of a version.
    static func text(of version: EntityVersion) -> String { "W/\"\(version.text)\"" }

    /// Whether `If-None-Match` lists the tag of a version.
    static func matches(_ header: String, _ version: EntityVersion) -> Bool {
        if header == "*" { return true }
        let opaque = "\"\(version.text)\""
        return header.split(separator: ",").contains { element in
            var tag = element.drop { $0 == " " || $0 == "\t" }
            while tag.last == " " || tag.last == "\t" { tag.removeLast() }
            return tag == opaque || tag.hasPrefix("W/") && tag.dropFirst(2) == opaque
        }
    }

    /// The position that a tag, or a bare number, names.
    static func position(of text: String) -> Int64? {
        var digits = text[...]
        if digits.hasPrefix("W/") { digits = digits.dropFirst(2) }
        if digits.count >= 2, digits.first == "\"", digits.last == "\"" {
            digits = digits.dropFirst().dropLast().prefix { $0 != "." }
        }
        guard let first = digits.utf8.first, first != UInt8(ascii: "+"), let position = Int64(digits), position >= 0
        else { return nil }
        return position
    }
}
