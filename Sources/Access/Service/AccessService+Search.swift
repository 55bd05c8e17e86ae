import EventStore
import Events
package import JSON
package import Time

/// What a search looks at: access at one moment, and who searches.
package struct AccessSearch: Sendable {
    /// Who may do what.
    package let model: AccessModel
    /// How many events of the log that takes into account.
    package let size: Int64
    /// The moment by which starts and ends are judged.
    package let now: Timestamp
    /// Who searches.
    package let actor: AccessActor
    /// Access as it is now, by which it is judged what whoever searches may see.
    let current: AccessModel
    /// The moment of the search.
    let asked: Timestamp

    /// Whether whoever searches has a permission.
    package func actorHolds(_ permission: String, in scope: AccessScope) -> Bool {
        guard case .user(let user, let session) = actor else { return true }
        return current.check(user, permission, in: scope, at: asked, session: session).isAllowed
    }

    /// Whether whoever searches may search there.
    package func reaches(_ scope: AccessScope) -> Bool {
        actorHolds(BuiltInPermission.searchAccess.name, in: scope)
    }
}

/// A page of what a search found.
package struct AccessFindings<Row: Sendable>: Sendable {
    /// What was found.
    package var rows: [Row]
    /// The key of the last thing, where there is more behind it.
    package var next: String?
    /// How many events of the log the answer takes into account.
    package var size: Int64

    /// A page.
    package init(_ rows: [Row], next: String? = nil, size: Int64) {
        self.rows = rows
        self.next = next
        self.size = size
    }
}

extension AccessService {
    /// Searches who may do what, and records that it was searched: before anybody hears what was found.
    ///
    /// Refuses whoever lacks `rbac.access:search` in `scope`.
    ///
    /// - Parameters:
    ///   - filter: what is searched for, as it is recorded.
    ///   - moment: of which it is asked; who may search is judged by how things are now.
    ///   - client: from where and with what it is asked.
    package func search<Row: Sendable>(
        _ filter: JSONObject,
        in scope: AccessScope,
        asOf moment: AccessMoment = .now,
        from client: (ipAddress: String?, userAgent: String?),
        _ context: CommandContext,
        find: (AccessSearch) async throws -> AccessFindings<Row>
    ) async throws -> AccessFindings<Row> {
        let search = try await beginSearch(in: scope, asOf: moment, context)
        let findings = try await find(search)
        try await recordSearch(filter, returned: findings.rows.count, client, context)
        return findings
    }

    private func beginSearch(
        in scope: AccessScope,
        asOf moment: AccessMoment,
        _ context: CommandContext
    ) async throws -> AccessSearch {
        let current = try await directory.current(since: context.startedAt)
        let now = clock()
        try current.model.require(.searchAccess, of: context.actor, in: scope, at: now)
        let (snapshot, time) = moment == .now ? (current, now) : try await past.access(asOf: moment, now: now)
        return AccessSearch(
            model: snapshot.model,
            size: snapshot.size,
            now: time,
            actor: context.actor,
            current: current.model,
            asked: now
        )
    }

    private func recordSearch(
        _ filter: JSONObject,
        returned: Int,
        _ client: (ipAddress: String?, userAgent: String?),
        _ context: CommandContext
    ) async throws {
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
