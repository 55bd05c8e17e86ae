import CLibpq

/// The rows of a query in batches, read as they are asked for.
///
/// One batch is always on its way while the last one is worked on, and no more than that is held. The connection runs
/// nothing else until the stream has ended or was dropped. Outside a transaction the stream has a read-only one of its
/// own. May be iterated once.
package struct PostgresRowStream: AsyncSequence, Sendable {
    package typealias Element = [PostgresRow]

    let connection: PostgresConnection
    let sql: SQL
    let batch: Int
    let deadline: Duration?

    package struct AsyncIterator: AsyncIteratorProtocol {
        let stream: PostgresRowStream
        var held: HeldTurn?

        package mutating func next() async throws -> [PostgresRow]? {
            let held: HeldTurn
            if let current = self.held {
                held = current
            } else {
                held = try await stream.connection.openCursor(
                    stream.sql,
                    batch: stream.batch,
                    deadline: stream.deadline
                )
                self.held = held
            }
            return try await stream.connection.fetch(held)
        }
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(stream: self, held: nil)
    }
}

/// The server-side cursor behind a stream.
struct Cursor {
    var batch: Int
    /// Whether the stream began the transaction and has to end it.
    var ownsTransaction: Bool

    static let name = "stream"
}

extension PostgresConnection {
    /// Streams the rows of a `select`, at most `batch` at a time.
    ///
    /// - Parameter deadline: For the stream as a whole.
    package nonisolated func stream(_ sql: SQL, batch: Int = 1000, deadline: Duration? = nil) -> PostgresRowStream {
        PostgresRowStream(connection: self, sql: sql, batch: max(batch, 1), deadline: deadline)
    }

    nonisolated func openCursor(_ sql: SQL, batch: Int, deadline: Duration?) async throws -> HeldTurn {
        try await hold(sql.text, deadline: deadline) { connection in
            try sql.check()
            let line = try connection.openLine()
            let ownsTransaction = line.transactionStatus == PQTRANS_IDLE
            if ownsTransaction { _ = try await connection.runSimple("BEGIN READ ONLY", line) }
            connection.cursor = Cursor(batch: batch, ownsTransaction: ownsTransaction)
            try connection.sendDeclare(sql, line)
            try await connection.flush(line)
            _ = try await connection.collect(line)
            try await connection.sendFetch(line)
        }
    }

    nonisolated func fetch(_ held: HeldTurn) async throws -> [PostgresRow]? {
        let rows = try await advance(held) { connection in
            let line = try connection.openLine()
            let result = try await connection.collect(line)
            guard let cursor = connection.cursor, result.rowCount == cursor.batch else {
                await connection.closeCursor()
                connection.endTurn(held.turn)
                return result.rows
            }
            try await connection.sendFetch(line)
            return result.rows
        }
        return rows?.isEmpty == false ? rows : nil
    }

    private func sendDeclare(_ sql: SQL, _ line: ServerLine) throws {
        let text = "DECLARE \(Cursor.name) NO SCROLL CURSOR FOR \(sql.text)"
        let parameters = sql.parameters
        let sent = parameters.withPointers { values, lengths, formats in
            PQsendQueryParams(
                line.pointer,
                text,
                Int32(parameters.count),
                parameters.types,
                values,
                lengths,
                formats,
                1
            )
        }
        guard sent == 1 else { throw lost(line) }
    }

    private func sendFetch(_ line: ServerLine) async throws {
        guard let cursor else { return }
        let text = "FETCH FORWARD \(cursor.batch) FROM \(Cursor.name)"
        guard PQsendQueryParams(line.pointer, text, 0, nil, nil, nil, nil, 1) == 1 else { throw lost(line) }
        try await flush(line)
    }

    /// Closes the stream's cursor and, if it is the stream's own, its transaction.
    func closeCursor() async {
        guard let cursor else { return }
        self.cursor = nil
        guard let line = try? openLine() else { return }
        isClearing = true
        deadline = ContinuousClock.now + .seconds(5)
        defer { isClearing = false }
        do {
            if cursor.ownsTransaction {
                _ = try await runSimple("ROLLBACK", line)
            } else if line.transactionStatus == PQTRANS_INTRANS {
                _ = try await runSimple("CLOSE \(Cursor.name)", line)
            }
        } catch {
            shut(PostgresError(.connectionLost, "A stream could not be closed; the connection was given up."))
        }
    }
}
