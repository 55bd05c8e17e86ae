package import EventStore
package import Events
import Time

extension AccessService {
    /// Records that a user did something somewhere else: the access log of other systems.
    package func auditAccessLog(
        _ access: Audit.AccessLogged,
        branchID: String? = nil,
        _ context: CommandContext
    ) async throws -> Receipt {
        try AccessText.requireID(access.userID, at: "/userId")
        let snapshot = try await directory.current(since: context.startedAt)
        let scope = branchID.map { AccessScope.branch($0) } ?? .institution
        try snapshot.model.require(.writeAccessLogs, of: context.actor, in: scope, at: clock())
        return try await store.append(
            AppendRequest(
                streams: [
                    StreamAppend(
                        stream: AccessStream.accessLog(access.userID),
                        events: [NewEvent(access, branch: branchID)]
                    )
                ],
                actor: context.actor.id,
                correlationID: context.correlationID,
                idempotency: context.idempotency
            )
        )
    }
}
