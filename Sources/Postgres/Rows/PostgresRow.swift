/// One row of a query's result, in the binary format.
package struct PostgresRow: Sendable {
    let result: ServerResult
    let index: Int

    package var columnCount: Int { result.columnCount }
    package var columnNames: [String] { (0..<result.columnCount).map(result.columnName) }

    /// Decodes the columns from the left, all of them.
    package func decode<each Value: PostgresDecodable>(
        _ types: (repeat each Value).Type
    ) throws -> (repeat each Value) {
        var column = 0
        func next<Wanted: PostgresDecodable>(_ type: Wanted.Type) throws -> Wanted {
            defer { column += 1 }
            return try decode(column: column, as: type)
        }
        return (repeat try next((each Value).self))
    }

    /// Decodes the first column.
    package func decode<Value: PostgresDecodable>(_ type: Value.Type) throws -> Value {
        try decode(column: 0, as: type)
    }

    /// Decodes the column of that name.
    package func decode<Value: PostgresDecodable>(_ name: String, as type: Value.Type) throws -> Value {
        guard let column = result.column(named: name) else {
            throw PostgresError(
                .decoding,
                "There is no column \"\(name)\"; the result has \(columnNames.joined(separator: ", "))."
            )
        }
        return try decode(column: column, as: type)
    }

    /// Decodes the column at the index, from 0.
    package func decode<Value: PostgresDecodable>(column: Int, as type: Value.Type) throws -> Value {
        guard column >= 0, column < result.columnCount else {
            throw PostgresError(.decoding, "There is no column \(column); the result has \(result.columnCount).")
        }
        do throws(PostgresValueError) {
            guard let bytes = result.value(row: index, column: column) else { return try Value.decodeNull() }
            return try Value.decode(bytes, type: result.columnType(column))
        } catch {
            throw PostgresError(
                .decoding,
                "Column \(column) (\"\(result.columnName(column))\") \(error.message)."
            )
        }
    }

    package func isNull(column: Int) -> Bool {
        result.value(row: index, column: column) == nil
    }

    /// Lends the bytes of a value as the server sent them; nil for NULL or a column that is not there.
    package func withBytes<R>(column: Int, _ body: (UnsafeRawBufferPointer?) throws -> R) rethrows -> R {
        guard column >= 0, column < result.columnCount else { return try body(nil) }
        return try withExtendedLifetime(result) {
            try body(result.value(row: index, column: column))
        }
    }
}

extension ServerResult {
    /// The rows, each of which keeps the result alive.
    var rows: [PostgresRow] {
        let count = rowCount
        guard count > 0 else { return [] }
        return (0..<count).map { PostgresRow(result: self, index: $0) }
    }

    var textRows: [TextRow] {
        let count = rowCount
        guard count > 0 else { return [] }
        return (0..<count).map { TextRow(result: self, index: $0) }
    }
}
