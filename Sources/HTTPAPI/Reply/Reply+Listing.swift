import JSON

extension Reply {
    /// A page of a list in the format that the client asked for.
    ///
    /// JSON is `{"items": […], "next": "…"}`; NDJSON and CSV are the things alone. In each format the `Link` field
    /// leads to the next page.
    ///
    /// - Parameter next: where this page ends, if there is more.
    package static func listing<Row>(
        _ rows: [Row],
        _ columns: Columns<Row>,
        page: PageRequest,
        next: PageCursor?,
        position: Int64?,
        _ context: RequestContext
    ) -> Reply {
        listing(rows, columns, page: page, next: next, position: position, context.form)
    }

    /// The same for whoever asks in that form.
    static func listing<Row>(
        _ rows: [Row],
        _ columns: Columns<Row>,
        page: PageRequest,
        next: PageCursor?,
        position: Int64?,
        _ form: AnswerForm
    ) -> Reply {
        let cursor = next.map { form.cursors.seal($0, list: page.list) }
        var writer = JSONWriter(reservingCapacity: 256 * (rows.count + 1))
        switch form.format {
        case .ndjson:
            for row in rows {
                columns.write(row, to: &writer)
                writer.newline()
            }
        case .csv:
            CSVLine.appendHeader(columns, to: &writer.bytes)
            for row in rows { CSVLine.append(row, columns, to: &writer.bytes) }
        default:
            writer.object { writer in
                writer.member("items", array: { writer in for row in rows { columns.write(row, to: &writer) } })
                if let cursor { writer.member("next", cursor) }
            }
        }
        var reply = Reply(.ok, .bytes(writer.bytes), form.format, position: position)
        if let cursor { reply.headers[.link] = form.link(toNext: cursor) }
        return reply
    }

    /// A whole list, however long, written while it is read. `batches` is asked for more as fast as the client reads.
    package static func listing<Row: Sendable, Batches: AsyncSequence & Sendable>(
        streaming batches: Batches,
        _ columns: Columns<Row>,
        position: Int64?,
        _ context: RequestContext
    ) -> Reply where Batches.Element == [Row] {
        let format = context.format
        return Reply(
            .ok,
            .stream { writer in
                switch format {
                case .csv: CSVLine.appendHeader(columns, to: &writer.json.bytes)
                case .ndjson: break
                default:
                    writer.json.beginObject()
                    writer.json.name("items")
                    writer.json.beginArray()
                }
                for try await rows in batches {
                    for row in rows {
                        switch format {
                        case .csv: CSVLine.append(row, columns, to: &writer.json.bytes)
                        case .ndjson:
                            columns.write(row, to: &writer.json)
                            writer.json.newline()
                        default: columns.write(row, to: &writer.json)
                        }
                    }
                    try await writer.flushIfLarge()
                }
                if format == .json {
                    writer.json.endArray()
                    writer.json.endObject()
                }
            },
            format,
            position: position
        )
    }
}
