import EventStore
import Events
import HTTPAPI
import JSON
import Notifications

extension ConsoleSite {
    /// What is done with notifications of one's own.
    var inboxMarks: [Endpoint] { [mark, readAll] }

    /// `POST /console/inbox/mark`.
    private var mark: Endpoint {
        Endpoint(
            .post,
            "/console/inbox/mark",
            "Mark a notification",
            tag: "console",
            access: .signedIn,
            inputs: FormBody("form", "id", "change", "state"),
            RequestHead(),
            outputs: .page,
            problems: .notFound,
            .unavailable
        ) { [self] context, form, head in
            try checkForm(form, head)
            guard let change = Notifications.InboxChanged.Change(rawValue: form["change"] ?? "") else {
                throw Problem(
                    .badRequest,
                    "A notification can be marked as read, unread, archived, unarchived or deleted."
                )
            }
            let id = try Self.identifier(form["id"], "notification")
            // Somebody else's is answered as if there were none, and is a denied attempt in the decision log.
            _ = try await parts.notifications.owned([id], by: context.actor, context) {
                try await parts.notifications.mark([id], change, for: context.actor, by: Author(context))
            }
            return PageReply.seeOther(Self.inbox(form["state"]))
        }
    }

    /// `POST /console/inbox/read-all`.
    private var readAll: Endpoint {
        Endpoint(
            .post,
            "/console/inbox/read-all",
            "Mark all notifications as read",
            tag: "console",
            access: .signedIn,
            inputs: FormBody("form", "state"),
            RequestHead(),
            outputs: .page,
            problems: .unavailable
        ) { [self] context, form, head in
            try checkForm(form, head)
            _ = try await parts.notifications.markAllAsRead(context.actor, by: Author(context))
            return PageReply.seeOther(Self.inbox(form["state"]))
        }
    }

    /// An id that a form brings.
    ///
    /// - Parameter thing: what it is of.
    static func identifier(_ text: String?, _ thing: String) throws -> String {
        let text = text ?? ""
        if let problem = StringRule.identifier.problem(in: text) {
            throw Problem(.badRequest, "The \(thing)’s id: \(problem)")
        }
        return text
    }

    /// The part of the inbox that a form was sent from.
    private static func inbox(_ state: String?) -> String {
        guard let state, state != "inbox", InboxQuery.Standing(rawValue: state) != nil else {
            return ConsolePaths.inbox
        }
        return "\(ConsolePaths.inbox)?state=\(state)"
    }
}
