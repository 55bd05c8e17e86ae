import Access
import EventStore
import Events
import JSON
import Notifications

extension Endpoint {
    /// Inboxes.
    static func inbox(_ access: NotificationAccess) -> [Endpoint] {
        [
            listInbox(access), unreadCount(access), markRead(access), readAll(access), mark(access), delete(access),
            received(access),
        ]
    }

    private static let whose = Query<String?>("userId", .identifier, "Somebody else's; one's own where left out.")

    /// `GET /notifications`: the plan's getUserNotifications.
    private static func listInbox(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .get,
            "/notifications",
            "List notifications",
            details: """
                Newest first. `limit` and `offset` page as well as the cursor, but with them a notification that arrives \
                meanwhile moves all others by one.
                """,
            tag: "notifications",
            access: .signedIn,
            inputs: whose,
            Query("state", .choice(InboxQuery.Standing.self), default: .inbox, "How they stand."),
            Query<String?>("category", .text(1...40), "Only of this category."),
            Query("offset", .count(0...100_000), default: 0, "How many to leave out first."),
            AsOf(),
            Paging(default: 50, maximum: 500),
            outputs: .listing(.inbox, "Newest first."),
            problems: .unavailable
        ) { context, user, state, category, offset, asOf, page in
            let owner = try await access.owner(user, .readInboxes, context)
            let answer = try await access.service.getUserNotifications(
                owner,
                InboxQuery(
                    state,
                    category: category,
                    below: page.after?.position ?? .max,
                    offset: page.after == nil ? offset : 0,
                    limit: page.limit + 1
                ),
                at: NotificationMoment(asOf, page.after)
            )
            let shown = Array(answer.value.prefix(page.limit))
            let next = answer.value.count > page.limit ? shown.last : nil
            return .listing(
                shown,
                .inbox,
                page: page,
                // Newer ones come in front: a page further back needs no moment, unless one was asked for.
                next: next.map { PageCursor(position: $0.position, asOf: asOf == nil ? nil : answer.size) },
                position: Reply.position(ofSize: answer.size),
                context
            )
        }
    }

    /// `GET /notifications/unread-count`.
    private static func unreadCount(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .get,
            "/notifications/unread-count",
            "Count unread notifications",
            tag: "notifications",
            access: .signedIn,
            inputs: whose,
            AsOf(),
            outputs: .json(
                .ok,
                .object(
                    .required("unread", .integer()),
                    .required("byCategory", .anyObject.described("How many of each category that has some"))
                ),
                "How many."
            ),
            problems: .unavailable
        ) { context, user, asOf in
            let owner = try await access.owner(user, .readInboxes, context)
            let answer = try await access.service.getUnreadCount(owner, at: NotificationMoment(asOf))
            return .json(position: Reply.position(ofSize: answer.size)) { writer in
                writer.object { writer in
                    writer.member("unread", answer.value.values.reduce(0, +))
                    writer.name("byCategory")
                    writer.object { writer in
                        for (category, count) in answer.value.sorted(by: { $0.key < $1.key }) {
                            writer.member(category, count)
                        }
                    }
                }
            }
        }
    }

    /// `POST /notifications/{notificationId}/read`: the plan's markAsRead.
    private static func markRead(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .post,
            "/notifications/{notificationId}/read",
            "Mark a notification as read",
            tag: "notifications",
            access: .signedIn,
            inputs: Path("notificationId", .identifier, "The notification."),
            whose,
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "It counts as read."),
            problems: .notFound,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, user, key in
            let owner = try await access.owner(user, .manageInboxes, context)
            let actor = Author(context, key)
            return .receipt(
                try await access.service.owned([id], by: owner, context) {
                    try await access.service.mark([id], .read, for: owner, by: actor)
                }
            )
        }
    }

    /// `POST /notifications/read-all`: the plan's markAllAsRead.
    private static func readAll(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .post,
            "/notifications/read-all",
            "Mark all notifications as read",
            tag: "notifications",
            access: .signedIn,
            inputs: whose,
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "What was there counts as read."),
            problems: .idempotencyKeyReused,
            .unavailable
        ) { context, user, key in
            let owner = try await access.owner(user, .manageInboxes, context)
            return .receipt(try await access.service.markAllAsRead(owner, by: Author(context, key)))
        }
    }

    /// `POST /notifications/mark`.
    private static func mark(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .post,
            "/notifications/mark",
            "Mark notifications: read, unread, put away, taken back, or deleted",
            details: "All of them or none: where one is not in the inbox, nothing is marked.",
            tag: "notifications",
            access: .signedIn,
            inputs: whose,
            IdempotencyHeader(),
            JSONBody(InboxMark.self),
            outputs: .json(.ok, .receipt, "They are marked."),
            problems: .notFound,
            .idempotencyKeyReused,
            .unavailable
        ) { context, user, key, body in
            let owner = try await access.owner(user, .manageInboxes, context)
            let actor = Author(context, key)
            return .receipt(
                try await access.service.owned(body.notificationIDs, by: owner, context) {
                    try await access.service.mark(body.notificationIDs, body.change, for: owner, by: actor)
                }
            )
        }
    }

    /// `DELETE /notifications/{notificationId}`: the plan's deleteNotification.
    private static func delete(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .delete,
            "/notifications/{notificationId}",
            "Delete a notification from an inbox",
            details: "It stays in the log, and in the inboxes of its other recipients.",
            tag: "notifications",
            access: .signedIn,
            inputs: Path("notificationId", .identifier, "The notification."),
            whose,
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "It is in the inbox no more."),
            problems: .notFound,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, user, key in
            let owner = try await access.owner(user, .manageInboxes, context)
            let actor = Author(context, key)
            return .receipt(
                try await access.service.owned([id], by: owner, context) {
                    try await access.service.mark([id], .deleted, for: owner, by: actor)
                }
            )
        }
    }

    /// `POST /notifications/received`: the plan's trackNotificationDelivery.
    private static func received(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .post,
            "/notifications/received",
            "Confirm that notifications arrived",
            details: """
                A program of the recipient's says that it has them. Only for one's own, and by a way that they went; of what \
                was pushed it names the device.
                """,
            tag: "notifications",
            access: .signedIn,
            inputs: IdempotencyHeader(),
            JSONBody(ReceivedNotifications.self),
            outputs: .json(.ok, .receipt, "It is recorded."),
            problems: .notFound,
            .idempotencyKeyReused,
            .unavailable
        ) { context, key, body in
            .receipt(
                try await access.service.owned(body.notificationIDs, by: context.actor, context) {
                    try await access.service.trackNotificationDelivery(
                        body.notificationIDs,
                        to: context.actor,
                        by: body.channel,
                        device: body.deviceID,
                        by: Author(context, key)
                    )
                }
            )
        }
    }
}

/// What is to be done with notifications.
struct InboxMark: JSONReadable {
    let change: Notifications.InboxChanged.Change
    let notificationIDs: [String]

    static let schema = Schema.object(
        .required("change", .choice(Notifications.InboxChanged.Change.self)),
        .required("notificationIds", .array(of: .identifier, count: 1...NotificationService.mostMarked))
    )

    init(reading reader: inout JSONReader) {
        change = reader.choice("change")
        notificationIDs = reader.strings(
            "notificationIds",
            each: .identifier,
            count: 1...NotificationService.mostMarked
        )
    }
}

/// What a program of a recipient's has.
struct ReceivedNotifications: JSONReadable {
    let channel: DeliveryChannel
    let deviceID: String?
    let notificationIDs: [String]

    private static let device = StringRule(1...64, .init("A-Za-z0-9._:~-"))

    static let schema = Schema.object(
        .required("channel", .choice(DeliveryChannel.self).described("By which way they came")),
        .optional("deviceId", .string(device).described("The device that has them")),
        .required("notificationIds", .array(of: .identifier, count: 1...NotificationService.mostMarked))
    )

    init(reading reader: inout JSONReader) {
        channel = reader.choice("channel")
        deviceID = reader.stringIfPresent("deviceId", Self.device)
        notificationIDs = reader.strings(
            "notificationIds",
            each: .identifier,
            count: 1...NotificationService.mostMarked
        )
    }
}

extension Columns<InboxItem> {
    /// A notification in an inbox: the plan's Notification.
    static let inbox = Columns(
        "Notification",
        Column("id", .identifier) { .string($0.id) },
        Column("userId", .identifier) { .string($0.userID) },
        Column("branchId", .identifier) { .string($0.branchID) },
        Column("notificationType", .string().described("The category")) { .string($0.category) },
        Column("priority", .string()) { .string($0.priority) },
        Column("title", .string().described("Missing once it was erased")) { .optional($0.title) },
        Column("message", .string().described("Missing once it was erased")) { .optional($0.text) },
        Column("locale", .string()) { .optional($0.locale) },
        Column("link", .string()) { .optional($0.link) },
        Column("image", .string()) { .optional($0.image) },
        Column("actions", .array(of: .anyObject)) { .optional(json: $0.actions) },
        Column("data", .anyObject) { .optional(json: $0.payload) },
        Column("sender", .identifier) { .string($0.sender) },
        Column("isRead", .boolean) { .boolean($0.readAt != nil) },
        Column("readAt", .timestamp) { .optional($0.readAt) },
        Column("isArchived", .boolean) { .boolean($0.isArchived) },
        Column("expiresAt", .timestamp) { .optional($0.expiresAt) },
        Column("createdAt", .timestamp) { .timestamp($0.arrivedAt) },
        Column("position", .position) { .integer($0.position) }
    )
}
