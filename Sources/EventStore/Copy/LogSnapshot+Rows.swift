import Postgres
import Synchronization

extension LogSnapshot {
    /// Reads rows from a position on, up to but not including `below`, or until they take so many bytes; at least one.
    ///
    /// Rows are hashed as they come; what was altered in the database is refused.
    ///
    /// - Throws: ``LogCopyError``; `PostgresError`.
    package func copyRows(from first: Int64, below: Int64, byteLimit: Int) async throws -> RowCopy {
        let copying = Copying(from: first, byteLimit: byteLimit)
        let text = """
            copy (select \(StoredRow.columns) from log.events
            where position >= \(first) and position < \(below) order by position) to stdout (format binary)
            """
        do {
            _ = try await read { connection in
                try await connection.copyOut(text, into: copying) { copying, message in try copying.read(message) }
            }
        } catch is Copying.Full {
            return copying.finished(isCut: true)
        }
        let rows = copying.finished(isCut: false)
        guard rows.range.upperBound == below else {
            let position = rows.range.upperBound
            throw LogCopyError(.missing, position, "The event at position \(position) is missing; run: daybook verify")
        }
        return rows
    }
}

/// Rows that are being read; kept when the COPY is broken off.
private final class Copying: Sendable {
    struct Full: Error {}

    private struct State {
        var bytes: [UInt8] = []
        var reader = BinaryCopyReader()
        var check: RowCheck
    }

    private let state: Mutex<State>
    private let byteLimit: Int

    init(from first: Int64, byteLimit: Int) {
        state = Mutex(State(check: RowCheck(from: first)))
        self.byteLimit = byteLimit
    }

    func read(_ message: UnsafeRawBufferPointer) throws {
        try state.withLock { state in
            // Taken out, since both are changed at once.
            var (reader, check) = (BinaryCopyReader(), RowCheck(from: 0))
            swap(&reader, &state.reader)
            swap(&check, &state.check)
            defer {
                swap(&reader, &state.reader)
                swap(&check, &state.check)
            }
            state.bytes.append(contentsOf: message)
            try reader.read(message) { try check.append(StoredRow(row: $0)) }
        }
        // PostgreSQL sends a message for each row, so what was read ends with one.
        if state.withLock({ $0.bytes.count >= byteLimit && !$0.reader.isComplete && $0.check.next > $0.check.first }) {
            throw Full()
        }
    }

    func finished(isCut: Bool) -> RowCopy {
        state.withLock { state in
            if isCut { state.bytes += [0xFF, 0xFF] }
            return RowCopy(state.check, state.bytes)
        }
    }
}
