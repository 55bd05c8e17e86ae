import Postgres
package import Time

/// One row of a report, its values as text beside each other; made once and filled again for each row.
package struct ExportRow: Sendable {
    private var bytes: [UInt8] = []
    /// Where each value ends.
    private var ends: [Int] = []
    private var nulls: [Bool] = []
    private var times: [Int64] = []
    /// The currency that amounts of this row are in.
    package private(set) var currency: String?

    package init() {}

    /// How many values it has.
    package var count: Int { ends.count }

    /// Whether there is no value.
    package func isNull(_ index: Int) -> Bool { nulls[index] }

    /// Lends the text of a value; of a time it is empty.
    package func withText<R>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        let start = index == 0 ? 0 : ends[index - 1]
        return try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[start..<ends[index]])) }
    }

    /// The text of a value.
    package func text(_ index: Int) -> String { withText(index) { String(decoding: $0, as: UTF8.self) } }

    /// A value that is a time.
    package func time(_ index: Int) -> Timestamp { Timestamp(microseconds: times[index]) }

    /// Empties it.
    package mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        nulls.removeAll(keepingCapacity: true)
        times.removeAll(keepingCapacity: true)
        currency = nil
    }

    /// Adds a value; nil for none.
    package mutating func append(_ text: String?) {
        if let text { bytes.append(contentsOf: text.utf8) }
        end(isNull: text == nil)
    }

    /// Adds a time; nil for none.
    package mutating func append(_ time: Timestamp?) {
        end(isNull: time == nil, time?.microseconds ?? 0)
    }

    /// Says in which currency its amounts are.
    package mutating func set(currency: String?) { self.currency = currency }

    private mutating func end(isNull: Bool, _ time: Int64 = 0) {
        ends.append(bytes.count)
        nulls.append(isNull)
        times.append(time)
    }

    /// Takes over a row of the database: a value for each column, and the currency behind them if there is one.
    mutating func fill(_ row: PostgresRow, _ columns: [ExportColumn], hasCurrency: Bool) throws {
        clear()
        for (index, column) in columns.enumerated() {
            if column.kind == .timestamp {
                end(isNull: row.isNull(column: index), try Self.time(row, index))
            } else {
                let isNull = row.withBytes(column: index) { value -> Bool in
                    guard let value else { return true }
                    bytes.append(contentsOf: value)
                    return false
                }
                end(isNull: isNull)
            }
        }
        if hasCurrency { currency = try row.decode(column: columns.count, as: String?.self) }
    }

    private static func time(_ row: PostgresRow, _ index: Int) throws -> Int64 {
        row.isNull(column: index) ? 0 : try row.decode(column: index, as: Timestamp.self).microseconds
    }
}
