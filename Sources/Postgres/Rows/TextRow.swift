/// One row of a script's result: the simple protocol sends values as text.
package struct TextRow: Sendable {
    let result: ServerResult
    let index: Int

    package var columnCount: Int { result.columnCount }
    package var columnNames: [String] { (0..<result.columnCount).map(result.columnName) }

    /// The value's text; nil for NULL.
    package subscript(column: Int) -> String? {
        guard column >= 0, column < result.columnCount else { return nil }
        return withExtendedLifetime(result) {
            result.value(row: index, column: column).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// The value of the column of that name; nil for NULL.
    package subscript(name: String) -> String? {
        result.column(named: name).flatMap { self[$0] }
    }

    package func isNull(column: Int) -> Bool {
        result.value(row: index, column: column) == nil
    }

    /// An integer; nil for NULL.
    package func int64(column: Int) throws -> Int64? {
        try read(column) { Int64($0) }
    }

    /// `t` or `f`; nil for NULL.
    package func bool(column: Int) throws -> Bool? {
        try read(column) { $0 == "t" ? true : $0 == "f" ? false : nil }
    }

    /// A `bytea` in the hex form; nil for NULL.
    package func bytes(column: Int) throws -> [UInt8]? {
        guard column >= 0, column < result.columnCount else { throw mismatch(column, [UInt8].self) }
        return try withExtendedLifetime(result) {
            guard let text = result.value(row: index, column: column) else { return nil }
            guard text.count >= 2, text.count.isMultiple(of: 2), text[0] == UInt8(ascii: "\\"),
                text[1] == UInt8(ascii: "x")
            else { throw mismatch(column, [UInt8].self) }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(text.count / 2 - 1)
            for offset in stride(from: 2, to: text.count, by: 2) {
                guard let high = nibble(text[offset]), let low = nibble(text[offset + 1]) else {
                    throw mismatch(column, [UInt8].self)
                }
                bytes.append(high << 4 | low)
            }
            return bytes
        }
    }

    private func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    private func read<Value>(_ column: Int, _ parse: (String) -> Value?) throws -> Value? {
        guard column >= 0, column < result.columnCount else { throw mismatch(column, Value.self) }
        guard let text = self[column] else { return nil }
        guard let value = parse(text) else { throw mismatch(column, Value.self) }
        return value
    }

    private func mismatch(_ column: Int, _ type: Any.Type) -> PostgresError {
        PostgresError(
            .decoding,
            "Column \(column) (\"\(result.columnName(column))\") of \(columnCount) does not read as \(type)."
        )
    }
}
