/// Text as it can stand in a field of CSV (RFC 4180), also where a spreadsheet reads it (CWE-1236).
///
/// - What begins like a formula gets an apostrophe before it.
/// - So does what stands like one behind `;`, a tab or the end of a line within the text, there: spreadsheets that take these for
///   the ends of fields, as they do by the habits of some countries, see a field begin there, whatever is in quotes.
/// - Texts with `,`, `;`, `"`, a tab or the end of a line in them are quoted.
package enum CSVField {
    private static let apostrophe = UInt8(ascii: "'")
    private static let quote = UInt8(ascii: "\"")

    /// Appends a text.
    ///
    /// - Parameter text: its UTF-8. Numbers are not to be given here: they may begin with a sign.
    package static func append(_ text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        let isFormula = Formula.begins(text)
        guard text.contains(where: { $0 == UInt8(ascii: ",") || $0 == quote || isBreak($0) }) else {
            if isFormula { bytes.append(apostrophe) }
            bytes.append(contentsOf: text)
            return
        }
        bytes.append(quote)
        if isFormula { bytes.append(apostrophe) }
        for (index, byte) in text.enumerated() {
            if byte == quote { bytes.append(byte) }
            bytes.append(byte)
            if isBreak(byte), Formula.follows(text, from: index + 1) { bytes.append(apostrophe) }
        }
        bytes.append(quote)
    }

    /// Whether somebody may take it for the end of a field.
    private static func isBreak(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ";") || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
