/// Why a text is not acceptable JSON, and where.
package struct JSONParsingError: Error, Sendable, Hashable {
    /// The kind of fault.
    package enum Code: Sendable, Hashable {
        /// The text breaks the grammar of RFC 8259 or is not UTF-8.
        case malformed
        /// A member's name comes twice in one object.
        case duplicateName
        /// Arrays and objects are nested more deeply than allowed.
        case tooDeep
        /// A string holds U+0000, which the database cannot keep.
        case nullCharacter
    }

    /// The kind of fault.
    package let code: Code
    /// What is wrong, in a sentence for the one who sent it.
    package let message: String
    /// Bytes before the fault.
    package let offset: Int
    /// The fault's line, from 1.
    package let line: Int
    /// The fault's column in Unicode scalars, from 1.
    package let column: Int
    /// The innermost value that holds the fault.
    package internal(set) var pointer: JSONPointer

    init(_ code: Code, _ message: String, at offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
        self.code = code
        self.message = message
        self.offset = offset
        var line = 1
        var column = 1
        for byte in bytes[..<min(offset, bytes.count)] {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.line = line
        self.column = column
        pointer = JSONPointer()
    }
}

extension JSONParsingError: CustomStringConvertible {
    package var description: String {
        let place = pointer.tokens.isEmpty ? "" : " in \(pointer)"
        return "line \(line), column \(column)\(place): \(message)"
    }
}
