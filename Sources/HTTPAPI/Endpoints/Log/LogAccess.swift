package import Access
package import Audit
package import EventStore
package import Events
package import JSON

/// What the endpoints of the log share: the log, and the record of who looked.
package struct LogAccess: Sendable {
    package let store: EventStore
    package let audit: AuditService
    package let history: HistoryAccess

    /// The log of a store.
    package init(store: EventStore, audit: AuditService, history: HistoryAccess) {
        self.store = store
        self.audit = audit
        self.history = history
    }

    /// One event, as far as the actor may see it.
    ///
    /// - Throws: `Problem` where there is none, or the actor may not read it.
    package func event(
        at position: Int64,
        size: Int64?,
        by permission: BuiltInPermission,
        _ context: RequestContext
    ) async throws -> RecordedEvent {
        guard position < size ?? .max, let event = try await store.reader.event(at: position) else {
            throw Problem.notFound("event at position", "\(position)")
        }
        let branch = event.header.branch
        let scope = branch == RBAC.institutionBranch ? .institution : BranchScope(branch)
        // What this server does not know it cannot tell the permission of; then the widest one is asked for.
        let needed = EventCatalogue.all.first { $0.type == event.type }?.permission
        for permission in [needed ?? BuiltInPermission.exportLog.name, permission.name] {
            guard try await context.allows(permission, in: scope) else {
                // Of what type it is, and of what branch, is not told either.
                throw Problem(
                    .forbidden,
                    "The event at position \(position) is of a branch or a type that you may not read.",
                    headers: [.bearerChallenge(error: "insufficient_scope", description: "the event may not be read")]
                )
            }
        }
        try await context.require(permission.name, in: scope)
        let seesPersonal = try await context.allows(BuiltInPermission.readPersonal.name, in: scope)
        return seesPersonal ? event : event.withoutPersonal
    }

    /// Records that the actor looked, before anything is shown.
    package func record(
        _ kind: Events.Audit.HistoryQueried.Kind,
        _ filter: JSONObject,
        returned: Int64,
        by permission: BuiltInPermission,
        _ context: RequestContext
    ) async throws {
        let reader = try await history.reader(permission, context)
        try await audit.record(kind, filter: filter, returned: returned, by: reader)
    }
}
