extension JSONParser {
    /// Reads a number by the grammar of RFC 8259, section 6, and keeps its text.
    mutating func parseNumber() throws(JSONParsingError) -> JSONNumber {
        let start = index
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        guard let first = digit() else { throw unexpected("A digit was expected here.") }
        index += 1
        if first == UInt8(ascii: "0") {
            guard digit() == nil else { throw fault("A number has no leading zeros.") }
        } else {
            skipDigits()
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard digit() != nil else { throw unexpected("A digit was expected after the decimal point.") }
            skipDigits()
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            guard digit() != nil else { throw unexpected("A digit was expected in the exponent.") }
            skipDigits()
        }
        return JSONNumber(
            checkedText: String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self)
        )
    }

    private func digit() -> UInt8? {
        guard index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 else { return nil }
        return bytes[index]
    }

    private mutating func skipDigits() {
        while digit() != nil { index += 1 }
    }
}
