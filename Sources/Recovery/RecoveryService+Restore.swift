package import EventStore
import Events
package import Time

/// A restore that was carried out.
package struct RestoreOutcome: Sendable {
    /// The last position that is in force again.
    package var toPosition: Int64
    /// The time that was asked for, if it was asked for by time.
    package var toTimestamp: Timestamp?
    /// Where the restore itself was recorded.
    package var receipt: Receipt
}

extension RecoveryService {
    /// The position that a preview, which was shown to the same actor, leads to.
    package func position(of token: String, by actor: Author) async throws -> Int64 {
        try await preview(named: token, actor: actor.id).previewed.toPosition
    }

    /// Restores what a preview showed.
    ///
    /// Refused where it would leave nobody who can administer (who then held all that it took then), and where anything that the preview rested on has
    /// changed since. Afterwards everything that rewinds is as it was, and later events go on from there.
    ///
    /// - Parameters:
    ///   - token: of a preview that was shown to the same actor.
    ///   - reason: goes into the log.
    package func restore(
        _ token: String,
        reason: String,
        by actor: Author
    ) async throws -> RestoreOutcome {
        let (event, previewed, time) = try await preview(named: token, actor: actor.id)
        let remaining = try await pool.withConnection { connection in
            try await administrators(after: previewed.toPosition + 1, connection)
        }
        guard !remaining.isEmpty else { throw RecoveryError.nobodyLeft }
        let restored = Events.Recovery.Restored(
            toPosition: previewed.toPosition,
            toTimestamp: time,
            reason: reason,
            previewDigest: previewed.previewDigest
        )
        var request = AppendRequest(
            streams: [StreamAppend(stream: "recovery", events: [NewEvent(restored)])],
            actor: actor.id,
            correlationID: actor.correlationID,
            causationID: event.header.id,
            idempotency: actor.idempotency
        )
        // The preview was recorded under the same condition, so what it showed still is.
        var size = event.position + 1
        for _ in 1...Self.attempts {
            request.conditions = [.noneSince(size: size, types: rewoundTypes)]
            do {
                let receipt = try await store.append(request)
                await afterwards()
                return RestoreOutcome(toPosition: previewed.toPosition, toTimestamp: time, receipt: receipt)
            } catch let error as AppendError where error.code == .conditionFailed {
                // An appender that was started since the preview cannot tell; the log can.
                size = try await unchanged(since: event.position)
            }
        }
        throw RecoveryError(.contended, "Others kept appending while the restore was being recorded. Try again.")
    }

    private static let attempts = 5

    /// The size up to which nothing after `position` changes what a restore would do.
    private func unchanged(since position: Int64) async throws -> Int64 {
        let size = try await store.head().size
        let changes = try await store.reader.events(from: position + 1, below: size, types: rewoundTypes, limit: 1)
        guard changes.isEmpty else { throw RecoveryError.outdatedPreview }
        return size
    }

    /// The preview that a token names, from the log; refused unless all of the token is what the log says.
    private func preview(
        named text: String,
        actor: String
    ) async throws -> (event: RecordedEvent, previewed: Events.Recovery.Previewed, time: Timestamp?) {
        guard let token = PreviewToken(text), let event = try await store.reader.event(at: token.position),
            event.type == Events.Recovery.Previewed.type, event.header.actor == actor
        else { throw RecoveryError.unknownPreview }
        let previewed = try event.decode(Events.Recovery.Previewed.self)
        guard previewed.previewDigest == token.digest else { throw RecoveryError.unknownPreview }
        if let time = token.time {
            guard try await store.reader.size(at: time) == previewed.toPosition + 1 else {
                throw RecoveryError.unknownPreview
            }
        }
        return (event, previewed, token.time)
    }
}
