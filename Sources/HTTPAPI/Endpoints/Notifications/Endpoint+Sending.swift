import Access
import EventStore
import Events
import Notifications

extension Endpoint {
    /// Everything of notifications.
    package static func notifications(_ access: NotificationAccess) -> [Endpoint] {
        sending(access) + inbox(access) + live(access) + preferences(access) + devices(access) + deliveries(access)
            + rules(access)
    }

    /// Sending.
    static func sending(_ access: NotificationAccess) -> [Endpoint] { [send(access), broadcast(access)] }

    private static let preferencesDetails = """
        Category `security` takes `\(BuiltInPermission.sendSecurityNotifications.name)` too, and priority `urgent` \
        `\(BuiltInPermission.sendUrgentNotifications.name)`.
        """

    /// `POST /notifications/send`: the plan's sendNotification.
    private static func send(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .post,
            "/notifications/send",
            "Tell users something",
            details: """
                On behalf of a branch it reaches its people alone: who has a role there, learns or teaches there. Whom it is \
                sent to is recorded with it.

                \(preferencesDetails)
                """,
            tag: "notifications",
            access: .permission(BuiltInPermission.sendNotifications.name, in: .decidedByHandler),
            inputs: IdempotencyHeader(),
            JSONBody(NotificationToSend.self),
            outputs: .json(.created, .sentNotification, "It is in their inboxes."),
            problems: .unknownRecipient,
            .emptyAudience,
            .idempotencyKeyReused,
            .unavailable
        ) { context, key, body in
            let branch = body.branch ?? RBAC.institutionBranch
            let draft = body.content.draft
            try await access.requireSending(draft.category, draft.priority, in: branch, context)
            let sent = try await access.service.send(
                draft,
                to: .users(body.userIDs),
                in: branch,
                by: Author(context, key)
            )
            return .sent(sent)
        }
    }

    /// `POST /notifications/broadcast`: the plan's broadcastToRole, broadcastToCourse and broadcastToClass.
    private static func broadcast(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .post,
            "/notifications/broadcast",
            "Tell everybody of a role, course, class or branch something",
            details: "Who that is is found out now. Who joins later is not told. \(preferencesDetails)",
            tag: "notifications",
            access: .permission(BuiltInPermission.sendNotifications.name, in: .decidedByHandler),
            inputs: IdempotencyHeader(),
            JSONBody(NotificationToBroadcast.self),
            outputs: .json(.created, .sentNotification, "It is in their inboxes."),
            problems: .unknownRecipient,
            .emptyAudience,
            .idempotencyKeyReused,
            .unavailable
        ) { context, key, body in
            let branch = body.branch ?? RBAC.institutionBranch
            let draft = body.content.draft
            try await access.requireSending(draft.category, draft.priority, in: branch, context)
            let sent = try await access.service.send(
                draft,
                to: body.audience,
                in: branch,
                by: Author(context, key)
            )
            return .sent(sent)
        }
    }
}

extension Schema {
    /// What sending is answered with.
    static let sentNotification = Schema.object(
        .required("notificationId", .identifier),
        .required("recipients", .integer().described("How many people are told")),
        .required("receipt", Receipt.schema)
    )
}

extension Reply {
    fileprivate static func sent(_ sent: SentNotification) -> Reply {
        .json(.created, position: sent.receipt.events.last?.position) { writer in
            writer.object { writer in
                writer.member("notificationId", sent.id)
                writer.member("recipients", sent.recipients)
                writer.name("receipt")
                sent.receipt.write(to: &writer)
            }
        }
        .located(at: "/notifications/\(PercentCoding.encode(sent.id))/deliveries")
    }
}
