import HTTPAPI
import Notifications

extension ConsoleSite {
    /// The inbox of whoever is signed in, and what they want to be told.
    var inboxPages: [Endpoint] { [inboxPage] + inboxMarks + preferencePages + devicePages }

    private static let pageLength = 50

    /// `GET /console/inbox`: the reader's own notifications, newest first.
    private var inboxPage: Endpoint {
        Endpoint(
            .get,
            "/console/inbox",
            "Show the inbox",
            tag: "console",
            access: .signedIn,
            mayBeKept: false,
            inputs: PageQuery("state", "category", "before"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, query, head in
            let question = try InboxQuestion(query)
            let answer = try await parts.notifications.getUserNotifications(
                context.actor,
                InboxQuery(
                    question.standing,
                    category: question.category?.rawValue,
                    below: question.before ?? .max,
                    limit: Self.pageLength + 1
                )
            )
            let unread = try await parts.notifications.getUnreadCount(context.actor)
            let shown = answer.value.prefix(Self.pageLength)
            var values = question.values
            values["lines"] = shown.map { InboxLine($0, at: context.now).values }
            values["isEmpty"] = shown.isEmpty
            values["unread"] = unread.value.values.reduce(0, +)
            values["hasUnread"] = !unread.value.isEmpty
            values["after"] = String(answer.size - 1)
            if answer.value.count > Self.pageLength, let last = shown.last {
                values["next"] = question.address(before: last.position)
            }
            return try await page("inbox", values, at: "inbox", context, head)
        }
    }

    /// `GET /console/inbox/news`: what a page asks that can have no socket. Waits for something to arrive.
    var inboxNews: Endpoint {
        Endpoint(
            .get,
            "/console/inbox/news",
            "Wait for news of the inbox",
            tag: "console",
            access: .signedIn,
            mayBeKept: false,
            inputs: Query<Int64?>("after", .position, "Where one was; where left out, how many are unread now."),
            Query<String?>("reader", .identifier, "Whom the page was made for: to nobody else anything is told."),
            outputs: Output(.ok, [.json], nil, "What arrived."),
            problems: .tooManyLasting,
            .unavailable
        ) { [self] context, after, reader in
            if let reader, reader != context.actor {
                throw AuthenticationFailure(.invalidToken, "Somebody else is signed in now.")
            }
            let seat = try context.lastingPlace()
            defer { seat.leave() }
            let update = try await parts.notifications.pollInbox(
                of: context.actor,
                after: after ?? .max,
                patience: .seconds(after == nil ? 0 : 20)
            )
            guard try await context.isStillSignedIn() else {
                throw AuthenticationFailure(.invalidToken, "The session is over. Sign in again.")
            }
            return PageReply.guarded(.json { update.write(to: &$0) })
        }
    }
}
