import HTTPTypes

/// Entity tags by position (RFC 9110, section 8.8.3): `W/"17"` is whatever the log up to position 17 answers.
///
/// They are weak, for the JSON and the CSV of one position tell the same in other bytes.
enum EntityTag {
    /// The tag of a position.
    static func text(of position: Int64) -> String { "W/\"\(position)\"" }

    /// Whether `If-None-Match` lists the tag of a position.
    static func matches(_ header: String, position: Int64) -> Bool {
        if header == "*" { return true }
        let opaque = "\"\(position)\""
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
        if digits.count >= 2, digits.first == "\"", digits.last == "\"" { digits = digits.dropFirst().dropLast() }
        guard let first = digits.utf8.first, first != UInt8(ascii: "+"), let position = Int64(digits), position >= 0
        else { return nil }
        return position
    }
}
