import EventStore
import HTTPTypes
package import JSON
package import Notifications

extension Endpoint {
    /// Inboxes as they change, for programs without a WebSocket; with one, see ``WebSocketEndpoint/inbox(_:)``.
    static func live(_ access: NotificationAccess) -> [Endpoint] { [stream(access), poll(access)] }

    static let resumeDetails = """
        `after` is where one was: the `id` of the last event, or `next` of the last answer. What came meanwhile is told \
        first, once and in its order. The same places serve here, for polling and on a WebSocket.
        """

    /// `GET /notifications/stream`: server-sent events (WHATWG HTML, section 9.2).
    private static func stream(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .get,
            "/notifications/stream",
            "Hear of notifications as they arrive, by server-sent events",
            details: """
                Events `notifications` carry what arrived, or how many are unread; comments come every quarter of a minute. \
                The stream ends when the token does, and when the server shuts down: `EventSource` comes back by itself. Where \
                it cannot be found out whether the token still holds, event `end` names the place to come back to, and \
                nothing more is told.

                \(resumeDetails)
                """,
            tag: "notifications",
            access: .signedIn,
            inputs: Query<Int64?>("after", .position, "Where one was; from now on where left out."),
            LastEventID(),
            outputs: Output(.ok, [.eventStream], .string(), "Events without an end."),
            problems: .tooManyLasting,
            .unavailable
        ) { context, after, lastEvent in
            let seat = try context.lastingPlace()
            let user = context.actor
            let place = lastEvent ?? after
            var reply = Reply(
                .ok,
                .stream { writer in
                    defer { seat.leave() }
                    var stream = InboxStream(after: place) { try await context.isStillSignedIn() }
                    do {
                        try await access.service.followInbox(of: user, after: place) { update in
                            let saying = await stream.say(update)
                            try await writer.pass(Array(saying.text.utf8))
                            if saying.isLast { throw StreamEnd() }
                        }
                    } catch is StreamEnd {
                        // The reader may not read on, or is to come back.
                    }
                },
                .eventStream
            )
            reply.headers[.cacheControl] = "no-store"
            return reply
        }
    }

    /// `GET /notifications/poll`: long polling.
    private static func poll(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .get,
            "/notifications/poll",
            "Wait for notifications",
            details: resumeDetails,
            tag: "notifications",
            access: .signedIn,
            inputs: Query(required: "after", .position, "Where one was."),
            Query("wait", .count(0...55), default: 25, "How many seconds to wait for something to arrive."),
            outputs: .json(.ok, .inboxUpdate, "What arrived; nothing if nothing did."),
            problems: .tooManyLasting,
            .unavailable
        ) { context, after, wait in
            let seat = try context.lastingPlace()
            defer { seat.leave() }
            let update = try await access.service.pollInbox(
                of: context.actor,
                after: after,
                patience: .seconds(wait)
            )
            guard try await context.isStillSignedIn() else {
                throw AuthenticationFailure(.invalidToken, "The token is not valid any more")
            }
            return .json { update.write(to: &$0) }
        }
    }
}

/// The end of a stream: not a failure.
private struct StreamEnd: Error {}

/// `Last-Event-ID`: where a browser was that comes back by itself.
struct LastEventID: EndpointInput {
    func describe(in operation: inout OperationDescription) {
        operation.parameters.append(
            .init(
                .header,
                "Last-Event-ID",
                isRequired: false,
                .position,
                "Where a browser was that comes back by itself; it goes before `after`."
            )
        )
    }

    func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> Int64?? {
        guard let name = HTTPField.Name("Last-Event-ID"), let field = request.headers[name], !field.isEmpty else {
            return .some(nil)
        }
        guard let position = Int64(field), position >= 0 else {
            problems.append(FieldProblem(.header, "Last-Event-ID", "is to be the id of an event of this stream."))
            return nil
        }
        return position
    }
}

extension MediaType {
    /// Server-sent events.
    static let eventStream = MediaType("text/event-stream")
}

extension Schema {
    static let inboxUpdate = Schema.object(
        .required("items", .array(of: Columns<InboxItem>.inbox.schema).described("What arrived, oldest first")),
        .optional("unread", .integer().described("How many are unread now; where it is missing it follows")),
        .required("next", .position.described("Where to go on"))
    ).named("InboxUpdate")
}

extension InboxUpdate {
    /// The update as every way tells it.
    package func write(to writer: inout JSONWriter) { writer.object { writeMembers(to: &$0) } }

    func writeMembers(to writer: inout JSONWriter) {
        writer.member("items", array: { writer in for item in items { Columns.inbox.write(item, to: &writer) } })
        if let unread { writer.member("unread", unread) }
        writer.member("next", through)
    }
}
