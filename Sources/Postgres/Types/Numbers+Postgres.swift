extension Bool: PostgresArrayElement, PostgresDecodable {
    package static var postgresType: PostgresType { .bool }
    package static var postgresArrayType: PostgresType { .boolArray }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(self ? 1 : 0)
    }

    package static func decode(_ bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresValueError) -> Bool {
        guard type == .bool, bytes.count == 1 else { throw .mismatch(type, Bool.self) }
        return bytes[0] != 0
    }
}

extension Int16: PostgresArrayElement, PostgresDecodable {
    package static var postgresType: PostgresType { .int2 }
    package static var postgresArrayType: PostgresType { .int2Array }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: self)
    }

    package static func decode(_ bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresValueError) -> Int16
    {
        try fitting(decodeInteger(bytes, type: type, as: Int16.self))
    }
}

extension Int32: PostgresArrayElement, PostgresDecodable {
    package static var postgresType: PostgresType { .int4 }
    package static var postgresArrayType: PostgresType { .int4Array }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: self)
    }

    package static func decode(_ bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresValueError) -> Int32
    {
        try fitting(decodeInteger(bytes, type: type, as: Int32.self))
    }
}

extension Int64: PostgresArrayElement, PostgresDecodable {
    package static var postgresType: PostgresType { .int8 }
    package static var postgresArrayType: PostgresType { .int8Array }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: self)
    }

    package static func decode(_ bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresValueError) -> Int64
    {
        try decodeInteger(bytes, type: type, as: Int64.self)
    }
}

extension Int: PostgresArrayElement, PostgresDecodable {
    package static var postgresType: PostgresType { .int8 }
    package static var postgresArrayType: PostgresType { .int8Array }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: Int64(self))
    }

    package static func decode(_ bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresValueError) -> Int {
        try fitting(decodeInteger(bytes, type: type, as: Int.self))
    }
}

extension Double: PostgresArrayElement, PostgresDecodable {
    package static var postgresType: PostgresType { .float8 }
    package static var postgresArrayType: PostgresType { .float8Array }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: bitPattern)
    }

    package static func decode(_ bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresValueError) -> Double
    {
        switch (type, bytes.count) {
        case (.float8, 8): Double(bitPattern: bytes.bigEndian())
        case (.float4, 4): Double(Float(bitPattern: bytes.bigEndian()))
        default: throw .mismatch(type, Double.self)
        }
    }
}

/// Reads an integer of any width that the server has.
func decodeInteger(
    _ bytes: UnsafeRawBufferPointer,
    type: PostgresType,
    as wanted: Any.Type
) throws(PostgresValueError) -> Int64 {
    switch (type, bytes.count) {
    case (.int8, 8): bytes.bigEndian()
    case (.int4, 4): Int64(bytes.bigEndian(as: Int32.self))
    case (.int2, 2): Int64(bytes.bigEndian(as: Int16.self))
    case (.objectIdentifier, 4): Int64(bytes.bigEndian(as: UInt32.self))
    default: throw .mismatch(type, wanted)
    }
}

private func fitting<Value: FixedWidthInteger>(_ value: Int64) throws(PostgresValueError) -> Value {
    guard let fitted = Value(exactly: value) else { throw PostgresValueError("does not fit \(Value.self)") }
    return fitted
}
