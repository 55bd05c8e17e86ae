/// A JSON document as the exact bytes of its text; for `json` and `jsonb` columns.
///
/// Bound as `json`: a `jsonb` column takes it by assignment, an expression needs `::jsonb`.
package struct JSONText: Sendable, Hashable {
    package var bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package init(_ text: String) {
        self.bytes = Array(text.utf8)
    }
}

extension JSONText: PostgresArrayElement, PostgresDecodable {
    package static var postgresType: PostgresType { .json }
    package static var postgresArrayType: PostgresType { .jsonArray }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(contentsOf: self.bytes)
    }

    package static func decode(
        _ bytes: UnsafeRawBufferPointer,
        type: PostgresType
    ) throws(PostgresValueError) -> JSONText {
        switch type {
        case .json, .text: JSONText([UInt8](bytes))
        case .jsonb: JSONText([UInt8](try body(ofJSONB: bytes)))
        default: throw .mismatch(type, JSONText.self)
        }
    }

    /// The binary form of `jsonb` is a version byte, 1, and the text.
    static func body(ofJSONB bytes: UnsafeRawBufferPointer) throws(PostgresValueError) -> UnsafeRawBufferPointer {
        guard bytes.first == 1 else { throw PostgresValueError("has a jsonb version that is not known") }
        return UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
    }
}
