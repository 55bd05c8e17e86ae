/// A value that can be bound to a statement in the binary format.
package protocol PostgresEncodable: Sendable {
    /// The type that the parameter is declared as.
    static var postgresType: PostgresType { get }
    /// Whether the value is NULL; `encode` is then not called.
    var isNull: Bool { get }
    /// Appends the value in the server's binary format, without a length.
    func encode(into bytes: inout [UInt8])
}

extension PostgresEncodable {
    package var isNull: Bool { false }
}

/// A value that can stand in a bound array.
///
/// How the array as a whole is written is the element's affair, since `[UInt8]` is `bytea` and not an array.
package protocol PostgresArrayElement: PostgresEncodable {
    static var postgresArrayType: PostgresType { get }
    static func encode(array: [Self], into bytes: inout [UInt8])
}

extension PostgresArrayElement {
    package static func encode(array: [Self], into bytes: inout [UInt8]) {
        encodePostgresArray(array, into: &bytes)
    }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    package static var postgresType: PostgresType { Wrapped.postgresType }

    package var isNull: Bool {
        switch self {
        case .none: true
        case .some(let value): value.isNull
        }
    }

    package func encode(into bytes: inout [UInt8]) {
        self?.encode(into: &bytes)
    }
}

extension Optional: PostgresArrayElement where Wrapped: PostgresArrayElement {
    package static var postgresArrayType: PostgresType { Wrapped.postgresArrayType }

    package static func encode(array: [Wrapped?], into bytes: inout [UInt8]) {
        encodePostgresArray(array, into: &bytes)
    }
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    package static var postgresType: PostgresType { Element.postgresArrayType }

    package func encode(into bytes: inout [UInt8]) {
        Element.encode(array: self, into: &bytes)
    }
}

extension Array: PostgresArrayElement where Element == UInt8 {
    package static var postgresArrayType: PostgresType { .byteaArray }
}

extension UInt8: PostgresArrayElement {
    package static var postgresType: PostgresType { .int2 }
    package static var postgresArrayType: PostgresType { .bytea }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: Int16(self))
    }

    package static func encode(array: [UInt8], into bytes: inout [UInt8]) {
        bytes.append(contentsOf: array)
    }
}

/// One dimension, lower bound 1 (`array_recv` in the server).
private func encodePostgresArray<Element: PostgresEncodable>(_ array: [Element], into bytes: inout [UInt8]) {
    bytes.append(bigEndian: Int32(array.isEmpty ? 0 : 1))
    bytes.append(bigEndian: Int32(array.contains { $0.isNull } ? 1 : 0))
    bytes.append(bigEndian: Element.postgresType.oid)
    guard !array.isEmpty else { return }
    bytes.append(bigEndian: Int32(array.count))
    bytes.append(bigEndian: Int32(1))
    for element in array {
        bytes.appendLengthPrefixed(element)
    }
}
