import Events

/// What an erasure did.
package struct Erasure: Sendable {
    /// The event that says so.
    package var receipt: Receipt
    /// How many events lost their personal fields.
    package var events: Int64
}

extension EventStore {
    /// How many events hold personal fields about a person.
    package func personalEventCount(of person: String) async throws -> Int64 {
        let rows = try await pool.query("select log.personal_event_count(\(person))", deadline: .seconds(300))
        return try rows.first?.decode(Int64.self) ?? 0
    }

    /// Erases the personal fields of a person from every event recorded so far, and records that it was done.
    ///
    /// One transaction does both. The events stay, with the digest of what was erased, so every proof still holds;
    /// read models follow. Not to be undone.
    package func erasePersonal(
        of person: String,
        reason: String,
        actor: String,
        correlationID: String? = nil
    ) async throws -> Erasure {
        let before = try await personalEventCount(of: person)
        let receipt = try await append(
            AppendRequest(
                streams: [
                    StreamAppend(
                        stream: "erasures",
                        events: [NewEvent(Log.PersonalErased(userID: person, reason: reason))]
                    )
                ],
                actor: actor,
                correlationID: correlationID
            )
        )
        return Erasure(receipt: receipt, events: before)
    }
}
