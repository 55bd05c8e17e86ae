/// Text as it can stand in a cell.
///
/// - What begins like a formula is marked, so that its cell is formatted as text: then it stays text even when somebody
///   edits the cell and leaves it again.
/// - Control characters, which XML does not allow, become their pictures (U+2400 ff.); CR LF and CR become LF.
/// - `_xHHHH_`, which readers take for an escaped character, is escaped itself, as ECMA-376 (ST_Xstring) says.
/// - What is longer than 32,767 UTF-16 units is cut there, and ends with an ellipsis.
struct CellText {
    static let limit = 32_767

    /// What is written.
    var text: String
    /// Whether it begins like a formula, or would be one if it were typed.
    var isFormulaLike: Bool
    /// Whether it has several lines.
    var hasLines: Bool
    /// Whether something was cut off.
    var isShortened: Bool

    init(_ text: String) {
        var (isFormulaLike, hasLines, isOdd, previous) = (false, false, false, UInt8(0))
        var text = text
        let count = text.withUTF8 { bytes in
            isFormulaLike = Formula.begins(UnsafeRawBufferPointer(bytes))
            for byte in bytes {
                if byte < 0x20 {
                    hasLines = hasLines || byte == 0x0a || byte == 0x0d
                    isOdd = isOdd || (byte != 0x09 && byte != 0x0a)
                } else if byte == UInt8(ascii: "x"), previous == UInt8(ascii: "_") {
                    isOdd = true
                } else if byte >= 0xbe, previous == 0xbf {
                    // The end of U+FFFE or U+FFFF, or of nothing of interest.
                    isOdd = true
                }
                previous = byte
            }
            return bytes.count
        }
        self.isFormulaLike = isFormulaLike
        self.hasLines = hasLines
        self.isShortened = false
        if isOdd { text = Self.written(text) }
        if count > Self.limit || isOdd, text.utf16.count > Self.limit {
            text = Self.cut(text)
            isShortened = true
        }
        self.text = text
    }

    private static func written(_ text: String) -> String {
        var result = ""
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            switch scalar.value {
            case 0x09, 0x0a: result.unicodeScalars.append(scalar)
            case 0x0d:
                if index + 1 == scalars.count || scalars[index + 1] != "\n" { result += "\n" }
            case 0..<0x20: result.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{fffd}")
            case 0xfffe, 0xffff: result += "\u{fffd}"
            case 0x5f where isEscape(scalars[index...]): result += "_x005F_"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Whether `_xHHHH_` begins here.
    private static func isEscape(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
        let scalars = Array(scalars.prefix(7))
        return scalars.count == 7 && scalars[1] == "x" && scalars[6] == "_"
            && scalars[2..<6].allSatisfy { $0.properties.isASCIIHexDigit }
    }

    private static func cut(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var length = 1
        for scalar in text.unicodeScalars {
            length += scalar.utf16.count
            guard length <= limit else { break }
            result.append(scalar)
        }
        result.append("…")
        return String(result)
    }
}
