/// Text for a body (RFC 2045, section 6.7): lines of at most 76 ASCII characters.
///
/// A dot that begins a line and a `From` that does are encoded too, so that no server on the way has to change either.
enum QuotedPrintable {
    private static let digits = Array("0123456789ABCDEF".utf8)
    private static let longestLine = 76

    /// Encodes a text, whose lines may end in any way.
    static func encode(_ text: String) -> [UInt8] {
        var encoded: [UInt8] = []
        let lines = Array(text.utf8).split(omittingEmptySubsequences: false) { $0 == 10 }
        for line in lines {
            encode(line.last == 13 ? line.dropLast() : line, into: &encoded)
            encoded += [13, 10]
        }
        return encoded
    }

    private static func encode(_ line: ArraySlice<UInt8>, into encoded: inout [UInt8]) {
        let isFrom = line.starts(with: "From ".utf8)
        var width = 0
        for (offset, byte) in line.enumerated() {
            let isLast = offset == line.count - 1
            let isBlank = byte == 32 || byte == 9
            let isPlain =
                ((33...126).contains(byte) && byte != UInt8(ascii: "=") || isBlank && !isLast)
                && !(width == 0 && (byte == UInt8(ascii: ".") || isFrom && offset == 0))
            let taken = isPlain ? 1 : 3
            // One more for the `=` that breaks a line softly.
            if width + taken > longestLine - (isLast ? 0 : 1) {
                encoded += [UInt8(ascii: "="), 13, 10]
                width = 0
                if byte == UInt8(ascii: ".") {
                    encoded += escape(byte)
                    width = 3
                    continue
                }
            }
            encoded += isPlain ? [byte] : escape(byte)
            width += taken
        }
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
