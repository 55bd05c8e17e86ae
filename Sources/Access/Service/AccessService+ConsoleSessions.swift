package import EventStore
import Events

extension AccessService {
    /// Ends all sessions of the console that somebody has begun so far, whatever they rest on, and the devices that rest on no token:
    /// what else there is of them, such as their tokens, stays. Everybody may end their own.
    ///
    /// - Throws: `AccessRefusal` for whoever may not revoke tokens, and where nothing of the user's was ever begun.
    package func endConsoleSessions(
        of userID: String,
        reason: String? = nil,
        _ context: CommandContext
    ) async throws -> Receipt {
        try AccessText.requireID(userID, at: "/userId")
        try AccessText.requireText(reason, at: "/reason")
        let isOwn = ExactKey.same(userID, context.actor.id)
        let ended = Identity.ConsoleSessionsEnded(userID: userID, reason: reason)
        let append = StreamAppend(stream: AccessStream.consoleSessions(userID), events: [NewEvent(ended)])
        var snapshot = try await directory.current(since: context.startedAt)
        for attempt in 0..<CommandRunner.attempts {
            do {
                if !isOwn {
                    try snapshot.model.require(.revokeTokens, of: context.actor, in: .institution, at: clock())
                }
                try await requireSomethingBegun(by: userID)
            } catch let refusal as AccessRefusal {
                if let earlier = try await runner.receiptBefore(context) { return earlier }
                try await runner.record(refusal, on: snapshot, context)
                throw refusal
            }
            let request = AppendRequest(
                streams: [append],
                conditions: runner.conditions(
                    restsOn: AccessEvent.structuralTypes,
                    appending: [append.stream],
                    on: snapshot,
                    context
                ),
                actor: context.actor.id,
                correlationID: context.correlationID,
                idempotency: context.idempotency
            )
            do {
                let receipt = try await store.append(request)
                if !isOwn { await runner.record([.revokeTokens], in: RBAC.institutionBranch, on: snapshot, context) }
                return receipt
            } catch let error as AppendError where error.isRace {
                if attempt > 1 { try await Task.sleep(for: .milliseconds(Int.random(in: 1...(4 * attempt)))) }
                snapshot = try await directory.current()
            }
        }
        throw AccessRefusal(.contended, "Others kept changing what this rests on. Try again.")
    }

    /// Refuses an id by which nobody has ever signed in to the console or registered a device: it was mistyped.
    private func requireSomethingBegun(by userID: String) async throws {
        guard try await reader.hasBegun(userID) else {
            throw AccessRefusal(.notFound, "\(userID) has never had a session of the console, or a device.")
        }
    }
}
