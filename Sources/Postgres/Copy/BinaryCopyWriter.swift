package import Foundation
package import Time

/// Writes the data of a `COPY … FROM STDIN (FORMAT binary)` into one run of bytes.
///
/// Call `startRow` with the number of columns, then write that many fields in order, row after row; then `finish`.
/// The types written must be exactly those of the columns, since the server converts nothing: `Int64` for `bigint`,
/// `Int32` for `integer`, `Int16` for `smallint`.
package struct BinaryCopyWriter: Sendable {
    /// What was written so far, without the trailer.
    package private(set) var bytes: [UInt8]
    package private(set) var rowCount = 0

    /// Signature, flags and the length of the header's extension (none).
    private static let header: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [0, 0, 0, 0] + [0, 0, 0, 0]

    package init(reservingCapacity capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(max(capacity, Self.header.count + 2))
        bytes.append(contentsOf: Self.header)
    }

    package mutating func startRow(fields: Int) {
        rowCount += 1
        bytes.append(bigEndian: Int16(truncatingIfNeeded: fields))
    }

    package mutating func null() {
        bytes.append(bigEndian: Int32(-1))
    }

    package mutating func write(_ value: Int64) {
        bytes.append(bigEndian: Int32(8))
        bytes.append(bigEndian: value)
    }

    package mutating func write(_ value: Int32) {
        bytes.append(bigEndian: Int32(4))
        bytes.append(bigEndian: value)
    }

    package mutating func write(_ value: Int16) {
        bytes.append(bigEndian: Int32(2))
        bytes.append(bigEndian: value)
    }

    package mutating func write(_ value: Bool) {
        bytes.append(bigEndian: Int32(1))
        bytes.append(value ? 1 : 0)
    }

    /// For `text`, `varchar`, `json` and enum columns.
    package mutating func write(_ value: String) {
        var value = value
        value.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    package mutating func write(_ value: String?) {
        if let value { write(value) } else { null() }
    }

    /// For `bytea`; also for `text` and `json`, as UTF-8.
    package mutating func write(_ value: [UInt8]) {
        bytes.append(bigEndian: Int32(truncatingIfNeeded: value.count))
        bytes.append(contentsOf: value)
    }

    package mutating func write(_ value: [UInt8]?) {
        if let value { write(value) } else { null() }
    }

    /// For `bytea`; also for `text` and `json`, as UTF-8.
    package mutating func write(_ value: ArraySlice<UInt8>) {
        bytes.append(bigEndian: Int32(truncatingIfNeeded: value.count))
        bytes.append(contentsOf: value)
    }

    /// For `bytea`; also for `text` and `json`, as UTF-8.
    package mutating func write(_ value: UnsafeRawBufferPointer) {
        bytes.append(bigEndian: Int32(truncatingIfNeeded: value.count))
        bytes.append(contentsOf: value)
    }

    package mutating func write(_ value: UUID) {
        bytes.append(bigEndian: Int32(16))
        withUnsafeBytes(of: value.uuid) { bytes.append(contentsOf: $0) }
    }

    package mutating func write(_ value: UUID?) {
        if let value { write(value) } else { null() }
    }

    package mutating func write(_ value: Timestamp) {
        bytes.append(bigEndian: Int32(8))
        value.encode(into: &bytes)
    }

    /// Any other type that can be bound.
    package mutating func write<Value: PostgresEncodable>(value: Value) {
        bytes.appendLengthPrefixed(value)
    }

    /// Appends a row that was read from another COPY of the same columns.
    package mutating func append(row: UnsafeRawBufferPointer) {
        rowCount += 1
        bytes.append(contentsOf: row)
    }

    /// Appends the rows that another writer holds, so that rows can be encoded ahead or side by side.
    package mutating func append(rowsOf other: BinaryCopyWriter) {
        rowCount += other.rowCount
        bytes.append(contentsOf: other.bytes.dropFirst(Self.header.count))
    }

    /// The whole of the data, with the trailer.
    package consuming func finish() -> [UInt8] {
        bytes.append(bigEndian: Int16(-1))
        return bytes
    }
}
