/// A value that can be read from a column in the binary format.
package protocol PostgresDecodable: Sendable {
    /// Reads a value that is not NULL. The bytes are only lent.
    static func decode(_ bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresValueError) -> Self
    /// What NULL reads as; refused unless the type is optional.
    static func decodeNull() throws(PostgresValueError) -> Self
    /// How an array of the type is read; `[UInt8]` is `bytea` and not an array.
    static func decodeArray(_ bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresValueError) -> [Self]
}

extension PostgresDecodable {
    package static func decodeNull() throws(PostgresValueError) -> Self {
        throw PostgresValueError("is NULL but was read as \(Self.self); read it as \(Self.self)?")
    }

    package static func decodeArray(
        _ bytes: UnsafeRawBufferPointer,
        type: PostgresType
    ) throws(PostgresValueError) -> [Self] {
        try decodePostgresArray(bytes)
    }
}

/// Why the bytes of one column are not the value that was asked for. Names no value.
package struct PostgresValueError: Error, Sendable {
    package var message: String

    package init(_ message: String) {
        self.message = message
    }

    static func mismatch(_ type: PostgresType, _ wanted: Any.Type) -> PostgresValueError {
        PostgresValueError("has \(type), which does not read as \(wanted); cast it in the query")
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package static func decode(_ bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresValueError) -> Self {
        try Wrapped.decode(bytes, type: type)
    }

    package static func decodeNull() throws(PostgresValueError) -> Self { nil }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    package static func decode(_ bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresValueError) -> Self {
        try Element.decodeArray(bytes, type: type)
    }
}

extension UInt8: PostgresDecodable {
    package static func decode(_ bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresValueError) -> UInt8
    {
        guard let value = UInt8(exactly: try decodeInteger(bytes, type: type, as: UInt8.self)) else {
            throw PostgresValueError("does not fit UInt8")
        }
        return value
    }

    package static func decodeArray(
        _ bytes: UnsafeRawBufferPointer,
        type: PostgresType
    ) throws(PostgresValueError) -> [UInt8] {
        guard type == .bytea else { throw .mismatch(type, [UInt8].self) }
        return [UInt8](bytes)
    }
}

private func decodePostgresArray<Element: PostgresDecodable>(
    _ bytes: UnsafeRawBufferPointer
) throws(PostgresValueError) -> [Element] {
    let malformed = PostgresValueError("is not a one-dimensional array")
    guard bytes.count >= 12 else { throw malformed }
    let dimensions = bytes.bigEndian(at: 0, as: Int32.self)
    if dimensions == 0 { return [] }
    guard dimensions == 1, bytes.count >= 20 else { throw malformed }
    let elementType = PostgresType(oid: bytes.bigEndian(at: 8))
    let count = Int(bytes.bigEndian(at: 12, as: Int32.self))
    var offset = 20
    var elements: [Element] = []
    elements.reserveCapacity(count)
    for _ in 0..<count {
        guard bytes.count - offset >= 4 else { throw malformed }
        let length = Int(bytes.bigEndian(at: offset, as: Int32.self))
        offset += 4
        if length < 0 {
            elements.append(try Element.decodeNull())
            continue
        }
        guard bytes.count - offset >= length else { throw malformed }
        let element = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
        elements.append(try Element.decode(element, type: elementType))
        offset += length
    }
    return elements
}
