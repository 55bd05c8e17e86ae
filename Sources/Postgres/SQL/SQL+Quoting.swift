extension SQL {
    /// The name in double quotes, so that it is a name whatever it holds.
    package static func quoted(identifier: String) -> String {
        quoted(identifier, with: "\"")
    }

    /// The text as a string literal, for `script`, where nothing can be bound.
    ///
    /// Relies on `standard_conforming_strings = on`, which every connection of this module sets: a backslash is then an
    /// ordinary character. NUL cannot be part of a text value and is refused by the server's parser; here it is dropped.
    package static func quoted(literal: String) -> String {
        quoted(literal, with: "'")
    }

    /// The bytes as a `bytea` literal.
    package static func quoted(literal bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = Array("'\\x".utf8)
        text.reserveCapacity(bytes.count * 2 + 12)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        text.append(contentsOf: "'::bytea".utf8)
        return String(decoding: text, as: UTF8.self)
    }

    private static func quoted(_ text: String, with quote: Character) -> String {
        var quoted = String(quote)
        quoted.reserveCapacity(text.utf8.count + 2)
        for character in text.unicodeScalars where character != "\0" {
            let isQuote = Character(character) == quote
            if isQuote { quoted.append(quote) }
            quoted.unicodeScalars.append(character)
        }
        quoted.append(quote)
        return quoted
    }
}
