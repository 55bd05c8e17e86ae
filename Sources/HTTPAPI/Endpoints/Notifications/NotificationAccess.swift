package import Access
import EventStore
import Events
package import Notifications

/// What the endpoints of notifications share.
package struct NotificationAccess: Sendable {
    package let service: NotificationService
    let access: AccessService
    /// What can be heard of on the socket of an inbox beside it.
    let topics: [any SocketTopic]

    /// The endpoints' parts.
    package init(service: NotificationService, access: AccessService, topics: [any SocketTopic] = []) {
        self.service = service
        self.access = access
        self.topics = topics
    }

    /// Whose notifications a request is about: those of whoever asks, or with a permission those of somebody else.
    func owner(_ user: String?, _ permission: BuiltInPermission, _ context: RequestContext) async throws -> String {
        guard let user, user != context.actor else { return context.actor }
        try await context.require(permission.name, in: .institution)
        return user
    }

    /// Refuses what somebody may not send on behalf of a place: anything; what comes whatever is preferred; what is urgent.
    func requireSending(
        _ category: NotificationCategory,
        _ priority: Notifications.Sent.Priority,
        in branch: String,
        _ context: RequestContext
    ) async throws {
        let scope = BranchScope(place: branch)
        try await context.require(BuiltInPermission.sendNotifications.name, in: scope)
        try await requirePassingPreferences(category, priority, in: scope, context)
    }

    /// Refuses what passes people's preferences by, to whoever may not do that.
    func requirePassingPreferences(
        _ category: NotificationCategory,
        _ priority: Notifications.Sent.Priority,
        in scope: BranchScope,
        _ context: RequestContext
    ) async throws {
        if category.isMandatory {
            try await context.require(BuiltInPermission.sendSecurityNotifications.name, in: scope)
        }
        if priority == .urgent {
            try await context.require(BuiltInPermission.sendUrgentNotifications.name, in: scope)
        }
    }

    /// Refuses a notification that was sent on behalf of a branch whose deliveries the reader may not see, as if there
    /// were none.
    func status(_ id: String, _ context: RequestContext) async throws -> DeliveryStatus {
        let status = try await service.getDeliveryStatus(id)
        let scope = BranchScope(place: status.branchID)
        // Who sent it may see what became of it, as long as they may send there.
        if status.sender == context.actor,
            try await context.allows(BuiltInPermission.sendNotifications.name, in: scope)
        {
            return status
        }
        guard try await context.allows(BuiltInPermission.readDeliveries.name, in: scope) else {
            throw NotificationError(.notFound, "There is no notification “\(id)”.")
        }
        return status
    }
}

extension NotificationService {
    /// Does something with notifications of an inbox. Where they are somebody else's that is a denied attempt, which the
    /// decision log has; whoever tried is answered as if there were none.
    package func owned<R>(
        _ ids: [String],
        by owner: String,
        _ context: RequestContext,
        _ body: () async throws -> R
    ) async throws -> R {
        do {
            return try await body()
        } catch let error as NotificationError where error.code == .notFound {
            if try await areForged(ids, for: owner) {
                _ = try await context.allows(BuiltInPermission.manageInboxes.name, in: .institution)
            }
            throw error
        }
    }
}

extension NotificationMoment {
    /// The moment of a request, or that of the page before.
    init(_ asOf: Moment?, _ cursor: PageCursor? = nil) {
        switch (cursor?.asOf, asOf) {
        case (let size?, _): self = .size(size)
        case (nil, .position(let position)?): self = .position(position)
        case (nil, .time(let time)?): self = .time(time)
        case (nil, nil): self = .now
        }
    }
}
