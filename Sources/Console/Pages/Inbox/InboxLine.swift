import JSON
import Notifications
import Time

/// A notification as templates have it.
struct InboxLine {
    let values: [String: Any]

    init(_ item: InboxItem, at now: Timestamp) {
        var values: [String: Any] = [
            "id": item.id, "category": item.category, "sender": item.sender, "branch": item.branchID,
            "hasBranch": item.branchID != "institution",
            "time": item.arrivedAt.rfc3339, "arrived": Figure.moment(item.arrivedAt),
            "isUnread": item.readAt == nil && !item.isArchived, "isArchived": item.isArchived,
            "title": item.title ?? "Erased", "isErased": item.title == nil,
            "priority": ["high", "urgent"].contains(item.priority) ? item.priority as Any : false,
            "text": item.text.map { $0 as Any } ?? false, "language": item.locale.map { $0 as Any } ?? false,
            "link": Self.safe(item.link).map { $0 as Any } ?? false,
            "image": Self.safe(item.image).map { $0 as Any } ?? false,
            "actions": Self.actions(item.actions),
        ]
        values["expires"] = item.expiresAt.map { Figure.moment($0) as Any } ?? false
        self.values = values
    }

    /// Where a notification leads, if that is a path here or an https address; whatever was recorded.
    static func safe(_ link: String?) -> String? {
        guard let link, link.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else { return nil }
        if link.hasPrefix("https://") { return link }
        return link.hasPrefix("/") && !link.hasPrefix("//") && !link.hasPrefix("/\\") ? link : nil
    }

    /// What can be done about it that leads somewhere.
    private static func actions(_ bytes: [UInt8]?) -> [[String: Any]] {
        guard let bytes, case .array(let actions)? = try? JSONValue(parsing: bytes) else { return [] }
        return actions.compactMap { action in
            guard let link = safe(action["link"]?.string) else { return nil }
            return ["label": action["title"]?.string ?? link, "link": link]
        }
    }
}
