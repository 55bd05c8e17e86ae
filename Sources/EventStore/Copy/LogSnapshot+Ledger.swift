import Postgres

/// The tables beside the events that cannot be made from these: rows as a whole binary COPY each, or nothing.
package struct LedgerCopy: Sendable, Hashable {
    /// Of `log.checkpoints`.
    package var checkpoints: [UInt8]
    /// Of `log.idempotency_keys`.
    package var idempotencyKeys: [UInt8]

    /// How long a binary COPY without rows is: its header and its trailer.
    package static let emptyLength = 21

    /// Both.
    package init(checkpoints: [UInt8], idempotencyKeys: [UInt8]) {
        self.checkpoints = checkpoints
        self.idempotencyKeys = idempotencyKeys
    }
}

extension LogSnapshot {
    /// Reads the checkpoints of sizes above `size` up to and including `end`, and the idempotency keys of events between.
    package func copyLedger(after size: Int64, through end: Int64) async throws -> LedgerCopy {
        LedgerCopy(
            checkpoints: try await copy(
                """
                select \(LogLoad.checkpointColumns) from log.checkpoints
                where size > \(size) and size <= \(end) order by size
                """
            ),
            idempotencyKeys: try await copy(
                """
                select \(LogLoad.idempotencyColumns) from log.idempotency_keys
                where first_position >= \(size) and first_position < \(end)
                order by first_position, scope, key
                """
            )
        )
    }

    private func copy(_ query: String) async throws -> [UInt8] {
        try await read { connection in
            try await connection.copyOut("copy (\(query)) to stdout (format binary)", into: [UInt8]()) {
                bytes,
                message in
                bytes.append(contentsOf: message)
            }
        }
    }
}
