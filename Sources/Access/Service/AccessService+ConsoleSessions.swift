package import EventStore
import Events

extension AccessService {
    /// Ends all sessions of the console that somebody has begun so far, whatever they rest on: what else there is of them, such as
    /// their tokens, stays.
    ///
    /// - Throws: `AccessRefusal` for whoever may not revoke tokens.
    package func endConsoleSessions(
        of userID: String,
        reason: String? = nil,
        _ context: CommandContext
    ) async throws -> Receipt {
        try AccessText.requireID(userID, at: "/userId")
        try AccessText.requireText(reason, at: "/reason")
        let snapshot = try await directory.current(since: context.startedAt)
        try snapshot.model.require(.revokeTokens, of: context.actor, in: .institution, at: clock())
        let ended = Identity.ConsoleSessionsEnded(userID: userID, reason: reason)
        return try await store.append(
            AppendRequest(
                streams: [
                    StreamAppend(stream: AccessStream.consoleSessions(userID), events: [NewEvent(ended)])
                ],
                actor: context.actor.id,
                correlationID: context.correlationID,
                idempotency: context.idempotency
            )
        )
    }
}
