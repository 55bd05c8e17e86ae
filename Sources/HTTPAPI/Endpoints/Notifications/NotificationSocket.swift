import Notifications

extension WebSocketEndpoint {
    /// The WebSockets of notifications.
    package static func notifications(_ access: NotificationAccess) -> [WebSocketEndpoint] {
        [inbox(access, at: "/notifications/socket")]
    }

    /// `/notifications/socket`, and what pages open: what `GET /notifications/stream` tells, and marks made on the way.
    package static func inbox(_ access: NotificationAccess, at path: PathTemplate) -> WebSocketEndpoint {
        WebSocketEndpoint(
            path,
            "Hear of notifications as they arrive, and mark them, by WebSocket",
            details: """
                Speaks `daybook.notifications.v1`, JSON in text messages: see the page on notifications of the documentation.

                \(Endpoint.resumeDetails)
                """,
            tag: "notifications",
            access: .signedIn,
            subprotocols: [InboxConversation.subprotocol],
            settings: InboxConversation.settings,
            inputs: Query<Int64?>("after", .position, "Where one was; where left out, the first message says it.")
        ) { _, after in
            { socket in try await InboxConversation(socket, access.service, topics: access.topics).run(after: after) }
        }
    }
}
