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
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x00, 0x09, 0x0A, 0x0D:
            return true
        case 0xEF:
            // U+FF1D ＝, U+FF0B ＋, U+FF0D －, U+FF20 ＠
            guard text.count - start >= 3, text[start + 1] == 0xBC else { return false }
            return [0x9D, 0x8B, 0x8D, 0xA0].contains(text[start + 2])
        default: return false
        }
    }
}
