extension JSONParser {
    /// Reads a string whose opening quote is at `index`.
    mutating func parseString() throws(JSONParsingError) -> String {
        let start = index + 1
        index = start
        try skipUnescaped()
        guard bytes[index] != UInt8(ascii: "\"") else {
            index += 1
            return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<(index - 1)]), as: UTF8.self)
        }
        return try parseEscapedString(from: start)
    }

    /// The slow path: `index` is at the string's first backslash.
    private mutating func parseEscapedString(from start: Int) throws(JSONParsingError) -> String {
        var unescaped = Array(bytes[start..<index])
        while bytes[index] != UInt8(ascii: "\"") {
            try parseEscape(into: &unescaped)
            let runStart = index
            try skipUnescaped()
            unescaped.append(contentsOf: bytes[runStart..<index])
        }
        index += 1
        return String(decoding: unescaped, as: UTF8.self)
    }

    /// Steps to the next quote or backslash, which is sure to exist afterwards, over checked UTF-8.
    private mutating func skipUnescaped() throws(JSONParsingError) {
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                return
            case 0x20..<0x80:
                index += 1
            case 0x80...:
                let length = lengthOfScalar()
                guard length > 0 else { throw fault("The text is not valid UTF-8 here.") }
                index += length
            default:
                throw fault("A control character has to be escaped in a string.")
            }
        }
        throw fault("The text ends inside a string.")
    }

    /// The length of the well-formed UTF-8 sequence at `index` (Unicode 16, table 3-7), or 0.
    private func lengthOfScalar() -> Int {
        let lead = bytes[index]
        let (length, secondByte): (Int, ClosedRange<UInt8>) =
            switch lead {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xE1...0xEC, 0xEE...0xEF: (3, 0x80...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: (0, 0x80...0xBF)
            }
        guard length > 0, index + length <= bytes.count, secondByte.contains(bytes[index + 1]) else { return 0 }
        for step in 2..<max(length, 2) where bytes[index + step] & 0xC0 != 0x80 { return 0 }
        return length
    }

    private mutating func parseEscape(into unescaped: inout [UInt8]) throws(JSONParsingError) {
        let start = index
        index += 1
        guard index < bytes.count else { throw endOfText() }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"):
            let scalar = try parseUnicodeEscape(from: start)
            unescaped.append(contentsOf: String(scalar).utf8)
        default:
            throw fault(.malformed, "There is no such escape in JSON.", at: start)
        }
    }

    /// Reads what follows `\u`: one code unit, or a surrogate pair together with its second escape.
    private mutating func parseUnicodeEscape(from start: Int) throws(JSONParsingError) -> Unicode.Scalar {
        let first = try parseCodeUnit()
        guard first != 0 else {
            throw fault(.nullCharacter, "The character U+0000 cannot be stored; leave it out.", at: start)
        }
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else {
            throw fault(.malformed, "A surrogate has to come in a pair.", at: start)
        }
        index += 2
        let second = try parseCodeUnit()
        guard (0xDC00...0xDFFF).contains(second) else {
            throw fault(.malformed, "A surrogate has to come in a pair.", at: start)
        }
        let value = 0x10000 + (UInt32(first - 0xD800) << 10) + UInt32(second - 0xDC00)
        guard let scalar = Unicode.Scalar(value) else {
            throw fault(.malformed, "A surrogate has to come in a pair.", at: start)
        }
        return scalar
    }

    private mutating func parseCodeUnit() throws(JSONParsingError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard index < bytes.count else { throw endOfText() }
            let digit: UInt8
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[index] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[index] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[index] - UInt8(ascii: "A") + 10
            default: throw fault("Four hexadecimal digits were expected after \\u.")
            }
            unit = unit << 4 | UInt16(digit)
            index += 1
        }
        return unit
    }
}
