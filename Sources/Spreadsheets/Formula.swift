/// Texts that a spreadsheet would take for formulas (CWE-1236).
package enum Formula {
    /// Whether a text begins like a formula: also behind blanks, which some spreadsheets leave out, behind a tab or the end
    /// of a line, and where the sign is a full-width one, which Excel takes for the plain one where Chinese or Japanese is
    /// typed.
    ///
    /// - Parameter text: its UTF-8. Numbers are not to be asked about: they may begin with a sign.
    package static func begins(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let start = text.firstIndex(where: { $0 != UInt8(ascii: " ") }) else { return false }
        switch text[start] {
        case 0x00, 0x09, 0x0A, 0x0D: return true
        default: return isSign(text, at: start)
        }
    }

    /// Whether what stands from an index on would be a formula if a field began there: also behind blanks, and behind quotes,
    /// which a field of CSV may begin with.
    static func follows(_ text: UnsafeRawBufferPointer, from index: Int) -> Bool {
        let start = text[index...].firstIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\"") && $0 != 0 }
        return start.map { isSign(text, at: $0) } ?? false
    }

    private static func isSign(_ text: UnsafeRawBufferPointer, at index: Int) -> Bool {
        switch text[index] {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"): return true
        case 0xEF:
            // U+FF1D ＝, U+FF0B ＋, U+FF0D －, U+FF20 ＠
            guard text.count - index >= 3, text[index + 1] == 0xBC else { return false }
            return [0x9D, 0x8B, 0x8D, 0xA0].contains(text[index + 2])
        default: return false
        }
    }
}
