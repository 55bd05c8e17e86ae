import Postgres
import Time

extension EventStore {
    /// What an idempotency key was first used for, with its events; nil for a key that was never used.
    ///
    /// For commands that find their own earlier events in the way, and so never get to appending again.
    ///
    /// - Throws: `AppendError.Code.idempotencyKeyReused` when it was another request, `.unavailable` where the
    ///   signing key, under whose secret requests are known again, cannot be read.
    package func receipt(of key: IdempotencyKey) async throws -> Receipt? {
        let rows = try await pool.query("select * from log.find_keys(\([key.scope]), \([key.key]))")
        guard let first = rows.first else { return nil }
        let recorded = try first.decode("request_digest", as: [UInt8].self)
        guard try isRequest(of: key, recorded) else {
            throw AppendError(
                .idempotencyKeyReused,
                "This idempotency key was used before with another request; use a new key."
            )
        }
        return Receipt(
            events: try rows.map { try Receipt.Event($0) },
            checkpointSize: try first.decode("checkpoint_size", as: Int64.self),
            recordedAt: try first.decode("recorded_at", as: Timestamp.self),
            isReplay: true
        )
    }

    private func isRequest(of key: IdempotencyKey, _ recorded: [UInt8]) throws -> Bool {
        do {
            return try keys.requestDigests().matches(recorded, key)
        } catch is KeyStoreError {
            throw RequestDigests.unavailable
        }
    }
}
