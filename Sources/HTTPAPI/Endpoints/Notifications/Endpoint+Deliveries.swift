import Access
import EventStore
import JSON
import Notifications

extension Endpoint {
    /// What became of notifications.
    static func deliveries(_ access: NotificationAccess) -> [Endpoint] {
        [deliveryStatus(access), deliveryRecords(access), retry(access)]
    }

    /// `GET /notifications/{notificationId}/deliveries`: the plan's getDeliveryStatus.
    private static func deliveryStatus(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .get,
            "/notifications/{notificationId}/deliveries",
            "See what became of a notification",
            details: "For who sent it, and for who may see the deliveries of its branch.",
            tag: "notifications",
            access: .signedIn,
            inputs: Path("notificationId", .identifier, "The notification."),
            outputs: .json(.ok, .deliveryStatus, "In numbers, by way."),
            problems: .notFound,
            .unavailable
        ) { context, id in
            let status = try await access.status(id, context)
            return .json { status.write(to: &$0) }
        }
    }

    /// `GET /notifications/{notificationId}/deliveries/recipients`.
    private static func deliveryRecords(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .get,
            "/notifications/{notificationId}/deliveries/recipients",
            "See by which ways each recipient was told, and why not",
            details: "A page holds whole recipients: `limit` counts them, and all ways of one stand together.",
            tag: "notifications",
            access: .signedIn,
            inputs: Path("notificationId", .identifier, "The notification."),
            Query<String?>("userId", .identifier, "Only of this recipient."),
            Paging(default: 100, maximum: 1_000),
            outputs: .listing(.deliveries, "By recipient: sent, held until, or suppressed because."),
            problems: .notFound,
            .unavailable
        ) { context, id, user, page in
            let status = try await access.status(id, context)
            let rows = try await access.service.deliveryRecords(
                of: id,
                user: user,
                after: page.after?.key ?? "",
                limit: page.limit + 1
            )
            // A page is of whole recipients: all ways of one stand together.
            var recipients: [String] = []
            for row in rows where row.userID != recipients.last { recipients.append(row.userID) }
            let left = recipients.count > page.limit ? recipients.last : nil
            let shown = rows.filter { $0.userID != left }
            let next = left == nil ? nil : shown.last
            return .listing(
                shown,
                .deliveries,
                page: page,
                next: next.map { PageCursor(position: status.recipients, key: $0.userID, asOf: nil) },
                position: nil,
                context
            )
        }
    }

    /// `POST /notifications/retry`: the plan's retryFailedNotifications.
    private static func retry(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .post,
            "/notifications/retry",
            "Have given-up deliveries tried again",
            tag: "notifications",
            access: .permission(BuiltInPermission.retryDeliveries.name),
            inputs: IdempotencyHeader(),
            OptionalBody(DeliveriesToRetry.self),
            outputs: .json(
                .ok,
                .object(
                    .required("retried", .integer().described("How many begin anew; ask again where it is 5,000")),
                    .optional("receipt", Receipt.schema)
                ),
                "They are due again."
            ),
            problems: .idempotencyKeyReused,
            .unavailable
        ) { context, key, body in
            let retried = try await access.service.retryFailedNotifications(
                body.notificationID,
                by: Author(context, key)
            )
            return .json(position: retried.receipt?.events.last?.position) { writer in
                writer.object { writer in
                    writer.member("retried", Int64(retried.count))
                    if let receipt = retried.receipt {
                        writer.name("receipt")
                        receipt.write(to: &writer)
                    }
                }
            }
        }
    }
}

/// What is to be tried again.
struct DeliveriesToRetry: JSONReadable {
    let notificationID: String?

    static let schema = Schema.object(.optional("notificationId", .identifier.described("Of this one alone")))

    init(reading reader: inout JSONReader) { notificationID = reader.stringIfPresent("notificationId", .identifier) }
}

extension Schema {
    static let deliveryStatus = Schema.object(
        .required("notificationId", .identifier),
        .required("branchId", .identifier),
        .required("sender", .identifier),
        .required("recipients", .integer()),
        .required("read", .integer().described("How many of them have read it")),
        .required("undecidedParts", .integer().described("Parts of a thousand of which nothing is decided yet")),
        .required(
            "deliveries",
            .array(
                of: .object(
                    .required("channel", .string()),
                    .required("state", .string()),
                    .required("count", .integer()),
                    .required("received", .integer().described("How many a program of the recipient's confirmed"))
                )
            )
        )
    ).named("DeliveryStatus")
}

extension DeliveryStatus {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("notificationId", notificationID)
            writer.member("branchId", branchID)
            writer.member("sender", sender)
            writer.member("recipients", recipients)
            writer.member("read", read)
            writer.member("undecidedParts", undecided)
            writer.member(
                "deliveries",
                array: { writer in
                    for count in counts {
                        writer.object { writer in
                            writer.member("channel", count.channel)
                            writer.member("state", count.state)
                            writer.member("count", count.count)
                            writer.member("received", count.received)
                        }
                    }
                }
            )
        }
    }
}

extension Columns<DeliveryRecord> {
    /// How a notification stands on one way to one recipient.
    static let deliveries = Columns(
        "Delivery",
        Column("userId", .identifier) { .string($0.userID) },
        Column("channel", .string()) { .string($0.channel) },
        Column("deviceId", .identifier) { .optional($0.deviceID) },
        Column("state", .string()) { .string($0.state) },
        Column("attempts", .integer()) { .integer(Int64($0.attempts)) },
        Column("until", .timestamp.described("When it is tried next, or until when it is held")) {
            .optional($0.dueAt)
        },
        Column("reason", .string()) { .optional($0.reason) },
        Column("changedAt", .timestamp) { .timestamp($0.changedAt) },
        Column("receivedAt", .timestamp) { .optional($0.receivedAt) },
        Column("position", .position.described("The event that says so")) { .integer($0.position) }
    )
}
