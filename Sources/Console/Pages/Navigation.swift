import Access
import HTTPAPI
import Notifications

/// The places of the console, as far as a reader may open them.
///
/// By what is known of access at hand, without a question and without a line in the decision log: a page asks for its
/// permission when it is opened.
struct Navigation {
    private struct Place {
        var name: String
        var label: String
        var path: String
        /// What it takes, anywhere or for the whole institution; nil where it is of whoever is signed in.
        var permission: BuiltInPermission?
        var scope = AccessScope.anywhere
    }

    private static let places = [
        Place(name: "history", label: "History", path: ConsolePaths.history, permission: .readEvents),
        Place(name: "inbox", label: "Inbox", path: ConsolePaths.inbox),
        Place(
            name: "system",
            label: "System",
            path: ConsolePaths.system,
            permission: .readHealth,
            scope: .institution
        ),
    ]

    private let parts: ConsoleParts

    init(_ parts: ConsoleParts) {
        self.parts = parts
    }

    /// As the layout has them.
    func places(for context: RequestContext, at current: String) async -> [[String: Any]] {
        // A page is shown all the same where they cannot be counted.
        let unread = (try? await parts.notifications.knownUnreadCount(context.actor)) ?? 0
        return open(to: context).map { place in
            [
                "path": place.path, "label": place.label, "isHere": place.name == current,
                "isInbox": place.name == "inbox", "unread": unread > 0 ? Figure.grouped(unread) as Any : false,
            ]
        }
    }

    /// The first that a reader may open.
    func first(for context: RequestContext) -> String { open(to: context).first?.path ?? ConsolePaths.inbox }

    private func open(to context: RequestContext) -> [Place] {
        guard let model = parts.directory.latest?.model else { return Self.places.filter { $0.permission == nil } }
        return Self.places.filter { place in
            guard let permission = place.permission else { return true }
            return model.check(context.actor, permission.name, in: place.scope, at: context.now).isAllowed
        }
    }
}
