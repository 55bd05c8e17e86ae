package import Events
import Foundation
package import JSON
package import Time

/// What is to be told, before it is known to whom.
package struct NotificationDraft: Sendable, Hashable {
    /// What kind of thing it is about.
    package var category: NotificationCategory
    /// How much it matters.
    package var priority: Notifications.Sent.Priority
    /// What it is called.
    package var title: String
    /// What it says. Plain text: markup in it is text, too.
    package var text: String
    /// The language of both (BCP 47).
    package var locale: String?
    /// Where it leads: a path of the institution's application, or an https address.
    package var link: String?
    /// The https address of a picture.
    package var image: String?
    /// What can be done about it.
    package var actions: [Notifications.Sent.Action]
    /// What a program is to know about it.
    package var payload: JSONObject?
    /// Takes the place of earlier ones of the same key.
    package var collapseKey: String?
    /// Of no use any more after this.
    package var expiresAt: Timestamp?

    /// A draft.
    package init(
        _ category: NotificationCategory = .announcement,
        priority: Notifications.Sent.Priority = .normal,
        title: String,
        text: String,
        locale: String? = nil,
        link: String? = nil,
        image: String? = nil,
        actions: [Notifications.Sent.Action] = [],
        payload: JSONObject? = nil,
        collapseKey: String? = nil,
        expiresAt: Timestamp? = nil
    ) {
        self.category = category
        self.priority = priority
        self.title = title
        self.text = text
        self.locale = locale
        self.link = link
        self.image = image
        self.actions = actions
        self.payload = payload
        self.collapseKey = collapseKey
        self.expiresAt = expiresAt
    }
}

extension NotificationDraft {
    private static let longestPayload = 8_000

    /// Refuses what no recipient should get.
    func check(at now: Timestamp) throws(NotificationError) {
        if title.allSatisfy(\.isWhitespace) {
            throw NotificationError(.invalid(pointer: "/title"), "The title has no words.")
        }
        if let expiresAt, expiresAt <= now {
            throw NotificationError(
                .invalid(pointer: "/expiresAt"),
                "It would be of no use already; name a later time."
            )
        }
        if let link, !Self.leadsSomewhereSafe(link) {
            throw NotificationError(
                .invalid(pointer: "/link"),
                "A link is a path that begins with one slash, or an https address."
            )
        }
        if let image, URL(string: image)?.scheme?.lowercased() != "https" {
            throw NotificationError(.invalid(pointer: "/image"), "A picture is named by an https address.")
        }
        for (index, action) in actions.enumerated() {
            if let link = action.link, !Self.leadsSomewhereSafe(link) {
                throw NotificationError(
                    .invalid(pointer: "/actions/\(index)/link"),
                    "A link is a path that begins with one slash, or an https address."
                )
            }
        }
        guard payloadText?.utf8.count ?? 0 <= Self.longestPayload else {
            throw NotificationError(
                .invalid(pointer: "/data"),
                "The data may have \(Self.longestPayload) bytes at most; send an id and have the program ask."
            )
        }
    }

    /// Refuses a collapse key that looks like those of rules: programs that show notifications know no more of them.
    func checkCollapseKey() throws(NotificationError) {
        guard let prefix = RuleMessage.reservedKeys.first(where: { collapseKey?.hasPrefix($0) == true }) else { return }
        throw NotificationError(
            .invalid(pointer: "/collapseKey"),
            "Keys that begin with “\(prefix)” are those of rules; choose another."
        )
    }

    /// The payload as it is recorded.
    var payloadText: String? {
        payload.map { String(decoding: JSONValue.object($0).bytes, as: UTF8.self) }
    }

    /// No script, no file, no other host by the short form `//host`.
    private static func leadsSomewhereSafe(_ link: String) -> Bool {
        if link.hasPrefix("/") { return !link.hasPrefix("//") && !link.hasPrefix("/\\") }
        guard let url = URL(string: link) else { return false }
        return url.scheme?.lowercased() == "https" && url.host?.isEmpty == false
    }
}
