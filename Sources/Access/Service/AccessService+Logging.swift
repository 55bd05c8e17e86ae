package import EventStore
package import Events
import JSON
import ProjectionEngine
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

    /// What was recorded about access, newest first, as far as the actor may see it. That it was read is recorded
    /// before anything is shown.
    ///
    /// - Parameter client: from where and with what it is asked.
    package func getAccessLogs(
        _ query: AccessLogQuery,
        asOf moment: AccessMoment = .now,
        from client: (ipAddress: String?, userAgent: String?) = (nil, nil),
        _ context: CommandContext
    ) async throws -> AccessAnswer<[AccessLogRecord]> {
        let now = clock()
        let model = try await directory.current(since: context.startedAt).model
        try model.require(.readAccessLogs, of: context.actor, in: .anywhere, at: now)
        var query = query
        if case .user(let user, let session) = context.actor {
            query.sight = AccessLogSight(
                accesses: model.branches(
                    where: user,
                    has: BuiltInPermission.readAccessLogs.name,
                    at: now,
                    session: session
                ),
                changes: model.branches(where: user, has: BuiltInPermission.readEvents.name, at: now, session: session),
                personal: model.branches(
                    where: user,
                    has: BuiltInPermission.readPersonal.name,
                    at: now,
                    session: session
                )
            )
        } else {
            query.sight = AccessLogSight(accesses: nil, changes: nil, personal: nil)
        }
        if moment == .now { try await decisions.settle() }
        let point = try await reader.point(of: moment, now: now)
        try await waitForHistory(upTo: point.size)
        let positions = try await positions(of: query, upTo: point.size)
        let lines = positions.isEmpty ? [] : try await reader.accessLog(query, positions: positions)
        try await recordReading(query, returned: lines.count, client, context)
        return AccessAnswer(value: lines, size: point.size)
    }

    private func waitForHistory(upTo size: Int64) async throws {
        do {
            for name in ["audit", "decisions"] {
                try await projections?.wait(for: name, toHold: size, deadline: .seconds(2))
            }
        } catch is ProjectionError {
            throw AccessRefusal(.behind, "The access log does not have the newest events yet. Try again shortly.")
        }
    }

    private func positions(of query: AccessLogQuery, upTo size: Int64) async throws -> Range<Int64> {
        var upper = min(size, query.below?.position ?? .max)
        if let to = query.to { upper = min(upper, try await store.reader.size(at: to)) }
        var lower: Int64 = 0
        if let from = query.from {
            // All that was recorded before `from`, and not at that moment itself.
            lower = try await store.reader.size(at: Timestamp(microseconds: from.microseconds - 1))
        }
        return min(lower, upper)..<upper
    }

    private func recordReading(
        _ query: AccessLogQuery,
        returned: Int,
        _ client: (ipAddress: String?, userAgent: String?),
        _ context: CommandContext
    ) async throws {
        var filter: JSONObject = ["list": "access-log"]
        if let user = query.userID { filter["userId"] = .string(user) }
        if let from = query.from { filter["from"] = .string(from.rfc3339) }
        if let to = query.to { filter["to"] = .string(to.rfc3339) }
        let queried = Audit.HistoryQueried(
            kind: .events,
            filter: filter,
            returned: Int64(returned),
            ipAddress: client.ipAddress,
            userAgent: client.userAgent
        )
        _ = try await store.append(
            AppendRequest(
                streams: [StreamAppend(stream: "audit-reads", events: [NewEvent(queried)])],
                actor: context.actor.id,
                correlationID: context.correlationID
            )
        )
    }
}
