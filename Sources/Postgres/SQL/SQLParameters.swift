/// The values bound to a statement: one run of bytes in the binary format, and where each value lies in it.
package struct SQLParameters: Sendable {
    struct Bounds: Sendable {
        var offset: Int
        /// -1 for NULL.
        var length: Int
    }

    private(set) var types: [UInt32] = []
    private(set) var bounds: [Bounds] = []
    private(set) var bytes: [UInt8] = []

    package init() {}

    package var count: Int { types.count }

    mutating func append<Value: PostgresEncodable>(_ value: Value) {
        types.append(Value.postgresType.oid)
        let offset = bytes.count
        if value.isNull {
            bounds.append(Bounds(offset: offset, length: -1))
        } else {
            value.encode(into: &bytes)
            bounds.append(Bounds(offset: offset, length: bytes.count - offset))
        }
    }

    mutating func append(contentsOf other: SQLParameters) {
        let shift = bytes.count
        types.append(contentsOf: other.types)
        bounds.append(contentsOf: other.bounds.map { Bounds(offset: $0.offset + shift, length: $0.length) })
        bytes.append(contentsOf: other.bytes)
    }

    /// Lends the arrays that libpq takes: values, lengths and formats (all binary).
    func withPointers<R, E: Error>(
        _ body: (
            UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) throws(E) -> R
    ) throws(E) -> R {
        guard !bounds.isEmpty else { return try body(nil, nil, nil) }
        var values: [UnsafePointer<CChar>?] = []
        var lengths: [Int32] = []
        values.reserveCapacity(bounds.count)
        lengths.reserveCapacity(bounds.count)
        let formats = [Int32](repeating: 1, count: bounds.count)
        var result: Result<R, E>?
        // An empty array may have no address, and an empty value must not look like NULL.
        withUnsafePointer(to: CChar(0)) { empty in
            bytes.withUnsafeBytes { buffer in
                for bound in bounds {
                    lengths.append(Int32(max(bound.length, 0)))
                    switch bound.length {
                    case -1: values.append(nil)
                    case 0: values.append(empty)
                    default:
                        values.append(
                            buffer.baseAddress?.advanced(by: bound.offset).assumingMemoryBound(to: CChar.self)
                        )
                    }
                }
                do throws(E) {
                    result = .success(try body(values, lengths, formats))
                } catch {
                    result = .failure(error)
                }
            }
        }
        // The closures above run exactly once, so the result is there.
        switch result {
        case .success(let value): return value
        case .failure(let error): throw error
        case nil: return try body(nil, nil, nil)
        }
    }
}
