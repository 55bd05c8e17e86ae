/// The values bound to a statement: one run of bytes in the binary format, and where each value lies in it.
package struct SQLParameters: Sendable {
    struct Bounds: Sendable {
        var offset: Int
        /// -1 for NULL.
        var length: Int
        /// Where in the statement's text (in UTF-8) the placeholder stands; -1 if the text came with its own numbering.
        var placeholder: Int
    }

    private(set) var types: [UInt32] = []
    private(set) var bounds: [Bounds] = []
    private(set) var bytes: [UInt8] = []

    package init() {}

    package var count: Int { types.count }

    mutating func reserveCapacity(_ count: Int) {
        types.reserveCapacity(count)
        bounds.reserveCapacity(count)
    }

    mutating func append<Value: PostgresEncodable>(_ value: Value, placeholder: Int = -1) {
        types.append(Value.postgresType.oid)
        let offset = bytes.count
        if value.isNull {
            bounds.append(Bounds(offset: offset, length: -1, placeholder: placeholder))
        } else {
            value.encode(into: &bytes)
            bounds.append(Bounds(offset: offset, length: bytes.count - offset, placeholder: placeholder))
        }
    }

    /// Takes over another's value, whose placeholder now stands elsewhere.
    mutating func append(_ index: Int, of other: SQLParameters, placeholder: Int) {
        let bound = other.bounds[index]
        types.append(other.types[index])
        bounds.append(Bounds(offset: bytes.count, length: bound.length, placeholder: placeholder))
        if bound.length > 0 { bytes.append(contentsOf: other.bytes[bound.offset..<bound.offset + bound.length]) }
    }

    /// Lends the arrays that libpq takes: values, lengths and formats (all binary).
    func withPointers<R>(
        _ body: (
            UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> R
    ) -> R {
        withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: bounds.count) { values in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: bounds.count * 2) { numbers in
                // An empty array may have no address, and an empty value must not look like NULL.
                withUnsafePointer(to: CChar(0)) { empty in
                    bytes.withUnsafeBytes { buffer in
                        let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
                        for (index, bound) in bounds.enumerated() {
                            let address = bound.length > 0 ? base?.advanced(by: bound.offset) : empty
                            values.initializeElement(at: index, to: bound.length < 0 ? nil : address)
                            numbers.initializeElement(at: index, to: Int32(max(bound.length, 0)))
                            numbers.initializeElement(at: bounds.count + index, to: 1)
                        }
                        let lengths = numbers.baseAddress
                        return body(values.baseAddress, lengths, lengths?.advanced(by: bounds.count))
                    }
                }
            }
        }
    }
}
