import Events
import JSON
import OpenSSL
import Postgres
import Time

/// A delivery that is to be sent now, with what it says.
struct DueDelivery: Sendable {
    let notificationID: String
    let userID: String
    let deviceID: String?
    let attempts: Int
    /// Whether it was held back until now.
    let wasHeld: Bool
    /// What it goes out with, once that was put together.
    let bundleID: String?
    let branchID: String
    let audience: Audience
    let plan: DeliveryPlan
    /// What it takes the place of others within.
    let collapseGroup: String?
    let title: String?
    let text: String?
    let locale: String?
    let link: String?
    let image: String?
    let actions: [Notifications.Sent.Action]
    let payload: [UInt8]?
    /// Where it was sent, in the log.
    let sentPosition: Int64
    let email: String?
    let deviceKind: String?
    let address: String?
    /// Where the registration of its device stands in the log.
    let registration: Int64?
    let isDeviceGone: Bool
    let isDeleted: Bool
    let isReplaced: Bool
    /// Where it stands in the log what became of it last.
    let position: Int64

    init(_ row: PostgresRow) throws {
        notificationID = try row.decode("notification_id", as: String.self)
        userID = try row.decode("user_id", as: String.self)
        let device = try row.decode("device_id", as: String.self)
        deviceID = device.isEmpty ? nil : device
        attempts = Int(try row.decode("attempts", as: Int32.self))
        wasHeld = try row.decode("state", as: String.self) == "held"
        bundleID = try row.decode("bundle", as: String?.self)
        branchID = try row.decode("branch_id", as: String.self)
        audience = Audience(
            try row.decode("audience", as: String.self),
            try row.decode("audience_id", as: String?.self),
            user: userID
        )
        plan = try DeliveryPlan(row)
        collapseGroup = try row.decode("collapse_group", as: String?.self)
        title = try row.decode("title", as: String?.self)
        text = try row.decode("text", as: String?.self)
        locale = try row.decode("locale", as: String?.self)
        link = try row.decode("link", as: String?.self)
        image = try row.decode("image", as: String?.self)
        actions = try Notifications.Sent.Action.list(row.decode("actions", as: String?.self))
        payload = try row.decode("payload", as: String?.self).map { Array($0.utf8) }
        sentPosition = try row.decode("sent_position", as: Int64.self)
        email = try row.decode("email", as: String?.self)
        deviceKind = try row.decode("kind", as: String?.self)
        address = try row.decode("address", as: String?.self)
        registration = try row.decode("registration", as: Int64?.self)
        isDeviceGone = try row.decode("is_device_gone", as: Bool.self)
        isDeleted = try row.decode("is_deleted", as: Bool.self)
        isReplaced = try row.decode("is_replaced", as: Bool.self)
        position = try row.decode("position", as: Int64.self)
    }

    var key: DeliveryKey { DeliveryKey(notificationID: notificationID, userID: userID, deviceID: deviceID) }

    /// Whether it waits for no digest any more: it came with one, or was tried already.
    var isDigested: Bool { wasHeld || bundleID != nil || attempts > 0 }

    /// What a plan decided of it.
    func entry(_ channel: DeliveryChannel, _ step: DeliveryPlan.Step) -> DeliveryEntry {
        var entry = DeliveryEntry(notificationID, userID, channel, device: deviceID, attempt: attempts, step)
        entry.bundleID = bundleID
        return entry
    }

    func entry(
        _ channel: DeliveryChannel,
        _ outcome: Notifications.DeliveriesRecorded.Entry.Outcome,
        attempt: Int? = nil,
        until: Timestamp? = nil,
        _ reason: DeliveryReason? = nil,
        said: String? = nil
    ) -> DeliveryEntry {
        DeliveryEntry(
            notificationID: notificationID,
            userID: userID,
            channel: channel,
            deviceID: deviceID,
            outcome: outcome,
            attempt: attempt ?? attempts,
            until: until,
            reason: reason,
            said: said,
            bundleID: bundleID
        )
    }

    var item: OutgoingMessage.Item {
        OutgoingMessage.Item(
            notificationID: notificationID,
            category: plan.category.rawValue,
            priority: plan.priority,
            title: title ?? "",
            text: text ?? "",
            locale: locale,
            link: link,
            image: image,
            actions: actions,
            payload: payload,
            // Of one branch and sender, whose ids are nobody else's business.
            collapseKey: collapseGroup.map { String(SHA256.hash(Array($0.utf8)).hex.prefix(40)) },
            expiresAt: plan.expiresAt
        )
    }
}

extension Notifications.Sent.Action {
    /// The actions of a notification, as they stand in the read model.
    fileprivate static func list(_ text: String?) throws -> [Self] {
        guard let text else { return [] }
        return try (JSONValue(parsing: Array(text.utf8)).array ?? []).compactMap { action in
            guard let id = action["actionId"]?.string, let title = action["title"]?.string else { return nil }
            return Self(actionID: id, title: title, link: action["link"]?.string)
        }
    }
}

extension Audience {
    /// The audience that an event names, as far as one of its recipients is concerned.
    fileprivate init(_ kind: String, _ id: String?, user: String) {
        switch (kind, id) {
        case ("role", let id?): self = .role(id)
        case ("course", let id?): self = .course(id)
        case ("class", let id?): self = .schoolClass(id)
        case ("branch", _): self = .branch
        default: self = .users([user])
        }
    }
}
