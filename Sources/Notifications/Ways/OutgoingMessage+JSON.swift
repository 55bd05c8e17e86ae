import Events
import JSON

extension OutgoingMessage.Item {
    /// Writes it as programs outside read it.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", notificationID)
            writer.member("category", category)
            writer.member("priority", priority.rawValue)
            writer.member("title", title)
            writer.member("text", text)
            if let locale { writer.member("locale", locale) }
            if let link { writer.member("link", link) }
            if let image { writer.member("image", image) }
            if !actions.isEmpty {
                writer.member("actions", array: { writer in for action in actions { action.write(to: &writer) } })
            }
            if let payload {
                writer.name("data")
                writer.value(rawJSON: payload)
            }
            if let collapseKey { writer.member("collapseKey", collapseKey) }
            if let expiresAt { writer.member("expiresAt", expiresAt) }
        }
    }
}

extension Notifications.Sent.Action {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("actionId", actionID)
            writer.member("title", title)
            if let link { writer.member("link", link) }
        }
    }
}
