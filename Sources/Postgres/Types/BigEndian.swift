// Network byte order, as the wire protocol has it.

extension [UInt8] {
    @inline(__always)
    mutating func append<Value: FixedWidthInteger>(bigEndian value: Value) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Overwrites the four bytes at `offset`.
    @inline(__always)
    mutating func replace(at offset: Int, withBigEndian value: Int32) {
        withUnsafeMutableBytes { $0.storeBytes(of: value.bigEndian, toByteOffset: offset, as: Int32.self) }
    }

    /// Appends a four-byte length and the value, or -1 for NULL.
    @inline(__always)
    mutating func appendLengthPrefixed<Value: PostgresEncodable>(_ value: Value) {
        guard !value.isNull else {
            append(bigEndian: Int32(-1))
            return
        }
        let start = count
        append(bigEndian: Int32(0))
        value.encode(into: &self)
        replace(at: start, withBigEndian: Int32(count - start - 4))
    }
}

extension UnsafeRawBufferPointer {
    /// The integer at `offset`; the caller has checked that it lies within.
    @inline(__always)
    func bigEndian<Value: FixedWidthInteger>(at offset: Int = 0, as type: Value.Type = Value.self) -> Value {
        Value(bigEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}
