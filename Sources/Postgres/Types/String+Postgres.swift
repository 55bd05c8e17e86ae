extension String: PostgresArrayElement, PostgresDecodable {
    package static var postgresType: PostgresType { .text }
    package static var postgresArrayType: PostgresType { .textArray }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(contentsOf: utf8)
    }

    package static func decode(_ bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresValueError) -> String
    {
        if type.isTextual { return String(decoding: bytes, as: UTF8.self) }
        if type == .jsonb { return String(decoding: try JSONText.body(ofJSONB: bytes), as: UTF8.self) }
        throw .mismatch(type, String.self)
    }
}
