package import JSON
package import Time

/// How things of a list are written: once for JSON, NDJSON, CSV and the OpenAPI document.
package struct Columns<Row>: Sendable {
    /// A member of the JSON object, a field of the CSV line.
    package struct Column: Sendable {
        let name: String
        let schema: Schema
        let cell: @Sendable (Row) -> Cell

        /// A column.
        package init(_ name: String, _ schema: Schema, _ cell: @escaping @Sendable (Row) -> Cell) {
            self.name = name
            self.schema = schema
            self.cell = cell
        }
    }

    /// The name of the things in the OpenAPI document.
    package let name: String
    let columns: [Column]

    /// The columns in order.
    package init(_ name: String, _ columns: Column...) {
        self.name = name
        self.columns = columns
    }

    /// The columns in order.
    package init(_ name: String, _ columns: [Column]) {
        self.name = name
        self.columns = columns
    }

    /// The schema of one thing.
    package var schema: Schema {
        Schema.object(columns.map { .optional($0.name, $0.schema) }).named(name)
    }

    /// The schema of an object that has the members of one thing, and more.
    package func schema(named name: String, with more: Schema.Member...) -> Schema {
        Schema.object(columns.map { .optional($0.name, $0.schema) } + more).named(name)
    }

    /// The schema of a page of things.
    package var pageSchema: Schema {
        .object(
            .required("items", .array(of: schema)),
            .optional("next", .string().described("The cursor of the next page; missing on the last one"))
        )
    }

    /// Writes one thing as a JSON object, its null members left out.
    package func write(_ row: Row, to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(row, to: &writer)
        writer.endObject()
    }

    /// Writes one thing as members of an object that has more.
    package func writeMembers(_ row: Row, to writer: inout JSONWriter) {
        for column in columns {
            let cell = column.cell(row)
            if case .null = cell { continue }
            writer.name(column.name)
            cell.write(to: &writer)
        }
    }
}

/// One value of a row.
package enum Cell: Sendable {
    case null
    case string(String)
    case integer(Int64)
    case boolean(Bool)
    case timestamp(Timestamp)
    /// The bytes of a JSON text; in CSV they are that text.
    case json([UInt8])

    /// A string, or nothing.
    package static func optional(_ string: String?) -> Cell { string.map { .string($0) } ?? .null }
    /// A number, or nothing.
    package static func optional(_ integer: Int64?) -> Cell { integer.map { .integer($0) } ?? .null }
    /// A moment, or nothing.
    package static func optional(_ timestamp: Timestamp?) -> Cell { timestamp.map { .timestamp($0) } ?? .null }
    /// A JSON text, or nothing.
    package static func optional(json: [UInt8]?) -> Cell { json.map { .json($0) } ?? .null }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .string(let string): writer.value(string)
        case .integer(let integer): writer.value(integer)
        case .boolean(let boolean): writer.value(boolean)
        case .timestamp(let timestamp): writer.value(timestamp)
        case .json(let bytes): writer.value(rawJSON: bytes)
        }
    }
}
