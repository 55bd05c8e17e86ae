import Postgres
package import Time

/// A notification in somebody's inbox. The plan's Notification.
package struct InboxItem: Sendable, Hashable {
    /// Its id.
    package let id: String
    /// Whose inbox it is in.
    package let userID: String
    /// The branch on whose behalf it was sent.
    package let branchID: String
    /// What kind of thing it is about.
    package let category: String
    /// How much it matters.
    package let priority: String
    /// What it is called; nil once it was erased.
    package let title: String?
    /// What it says; nil once it was erased.
    package let text: String?
    /// The language of both.
    package let locale: String?
    /// Where it leads.
    package let link: String?
    /// The address of a picture.
    package let image: String?
    /// What can be done about it: a JSON array.
    package let actions: [UInt8]?
    /// What a program is to know about it: a JSON object.
    package let payload: [UInt8]?
    /// Who sent it.
    package let sender: String
    /// Of no use any more after this.
    package let expiresAt: Timestamp?
    /// Where it came into the inbox: its place in the order, newest first.
    package let position: Int64
    /// When it came.
    package let arrivedAt: Timestamp
    /// Since when it is read; nil while it is not.
    package let readAt: Timestamp?
    /// Whether it was put away.
    package let isArchived: Bool
}

extension InboxItem {
    init(_ row: PostgresRow) throws {
        id = try row.decode("notification_id", as: String.self)
        userID = try row.decode("user_id", as: String.self)
        branchID = try row.decode("branch_id", as: String.self)
        category = try row.decode("category", as: String.self)
        priority = try row.decode("priority", as: String.self)
        title = try row.decode("title", as: String?.self)
        text = try row.decode("text", as: String?.self)
        locale = try row.decode("locale", as: String?.self)
        link = try row.decode("link", as: String?.self)
        image = try row.decode("image", as: String?.self)
        actions = try row.decode("actions", as: String?.self).map { Array($0.utf8) }
        payload = try row.decode("payload", as: String?.self).map { Array($0.utf8) }
        sender = try row.decode("sender", as: String.self)
        expiresAt = try row.decode("expires_at", as: Timestamp?.self)
        position = try row.decode("position", as: Int64.self)
        arrivedAt = try row.decode("arrived_at", as: Timestamp.self)
        readAt = try row.decode("read_at", as: Timestamp?.self)
        isArchived = try row.decode("is_archived", as: Bool.self)
    }
}
