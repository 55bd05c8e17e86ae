package import EventStore
import Events
package import Foundation

extension NotificationService {
    /// How many recipients one event names at most.
    private static let part = 1_000

    /// Tells people something. The plan's sendNotification, broadcastToRole, broadcastToCourse and broadcastToClass.
    ///
    /// Whom exactly is found out now, and recorded with it: who joins the audience later is not told, and who leaves it
    /// can be seen to have been. Returns once it is durable, signed and in the inboxes' read model's way.
    ///
    /// - Parameters:
    ///   - branch: the branch on whose behalf it is sent; people of other branches are not told by it.
    ///   - id: names it, where the same cause may come twice; it is sent once.
    /// - Throws: `NotificationError` where nobody would be told, somebody does not exist, or the draft is not fit.
    package func send(
        _ draft: NotificationDraft,
        to audience: Audience,
        in branch: String = RBAC.institutionBranch,
        ruleID: String? = nil,
        id: String? = nil,
        causationID: UUID? = nil,
        by actor: Author
    ) async throws -> SentNotification {
        // What was sent once is answered as the first time, whoever has joined or left since, and though it expired.
        if let key = actor.idempotency, let earlier = try await store.receipt(of: key) {
            return try await sent(as: earlier)
        }
        try draft.check(at: clock())
        if ruleID == nil { try draft.checkCollapseKey() }
        let recipients = try await audiences.recipients(of: audience, in: branch, at: clock())
        return try await send(
            draft,
            to: audience,
            recipients,
            in: branch,
            ruleID: ruleID,
            id: id,
            causationID: causationID,
            by: actor
        )
    }

    /// Tells some of an audience, who were found to belong to it.
    func send(
        _ draft: NotificationDraft,
        to audience: Audience,
        _ recipients: [String],
        in branch: String,
        ruleID: String?,
        id: String?,
        causationID: UUID?,
        by actor: Author
    ) async throws -> SentNotification {
        let notificationID = id ?? UUIDv7.generate().uuidString.lowercased()
        let request = AppendRequest(
            streams: [
                StreamAppend(
                    stream: NotificationStream.notification(notificationID),
                    expected: .none,
                    events: Self.events(notificationID, draft, audience, branch, recipients, ruleID)
                )
            ],
            actor: actor.id,
            correlationID: actor.correlationID,
            causationID: causationID,
            idempotency: actor.idempotency
        )
        let receipt = try await store.append(request)
        if receipt.isReplay { return try await sent(as: receipt) }
        return SentNotification(id: notificationID, recipients: Int64(recipients.count), receipt: receipt)
    }

    /// The notification that a request made when it came for the first time.
    private func sent(as receipt: Receipt) async throws -> SentNotification {
        guard let position = receipt.events.first?.position,
            let first = try await store.reader.event(at: position)
        else { throw NotificationError(.notFound, "What the request was answered with is not in the log.") }
        let event = try first.decode(Notifications.Sent.self)
        return SentNotification(id: event.notificationID, recipients: event.recipients, receipt: receipt)
    }

    private static func events(
        _ id: String,
        _ draft: NotificationDraft,
        _ audience: Audience,
        _ branch: String,
        _ recipients: [String],
        _ ruleID: String?
    ) -> [NewEvent] {
        let sent = Notifications.Sent(
            notificationID: id,
            branchID: branch,
            audience: audience.kind,
            audienceID: audience.id,
            subjectID: recipients.count == 1 ? recipients[0] : nil,
            category: draft.category.rawValue,
            priority: draft.priority,
            recipients: Int64(recipients.count),
            collapseKey: draft.collapseKey,
            expiresAt: draft.expiresAt,
            ruleID: ruleID,
            locale: draft.locale,
            headline: draft.title,
            text: draft.text,
            link: draft.link,
            image: draft.image,
            actions: draft.actions.isEmpty ? nil : draft.actions,
            payload: draft.payloadText
        )
        let parts = stride(from: 0, to: recipients.count, by: part).enumerated().map { index, first in
            NewEvent(
                Notifications.Addressed(
                    notificationID: id,
                    branchID: branch,
                    part: Int64(index),
                    userIDs: Array(recipients[first..<min(first + part, recipients.count)])
                )
            )
        }
        return [NewEvent(sent)] + parts
    }
}

extension Audience {
    var kind: Notifications.Sent.Audience {
        switch self {
        case .users: .users
        case .role: .role
        case .course: .course
        case .schoolClass: .class
        case .branch: .branch
        }
    }

    /// The id of the one thing that it is; nil for a list of users and for a branch, which the event names anyway.
    var id: String? {
        switch self {
        case .role(let id), .course(let id), .schoolClass(let id): id
        case .users, .branch: nil
        }
    }
}
