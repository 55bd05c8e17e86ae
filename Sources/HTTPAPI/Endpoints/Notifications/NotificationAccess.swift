package import Access
import EventStore
package import Notifications

/// What the endpoints of notifications share.
package struct NotificationAccess: Sendable {
    let service: NotificationService
    let access: AccessService

    /// The endpoints' parts.
    package init(service: NotificationService, access: AccessService) {
        self.service = service
        self.access = access
    }

    /// Whose notifications a request is about: those of whoever asks, or with a permission those of somebody else.
    func owner(_ user: String?, _ permission: BuiltInPermission, _ context: RequestContext) async throws -> String {
        guard let user, user != context.actor else { return context.actor }
        try await context.require(permission.name, in: .institution)
        return user
    }

    /// Refuses a notification that was sent on behalf of a branch whose deliveries the reader may not see, as if there
    /// were none.
    func status(_ id: String, _ context: RequestContext) async throws -> DeliveryStatus {
        let status = try await service.getDeliveryStatus(id)
        // Who sent it may see what became of it.
        if status.sender != context.actor,
            try await !context.allows(BuiltInPermission.readDeliveries.name, in: BranchScope(place: status.branchID))
        {
            throw NotificationError(.notFound, "There is no notification “\(id)”.")
        }
        return status
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
