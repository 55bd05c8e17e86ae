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
        /// One of what it takes, anywhere or for the whole institution; none where it is of whoever is signed in.
        var permissions: [BuiltInPermission] = []
        var scope = AccessScope.anywhere
    }

    private static let places = [
        Place(name: "history", label: "History", path: ConsolePaths.history, permissions: [.readEvents]),
        Place(
            name: "access",
            label: "Access",
            path: ConsolePaths.access,
            permissions: [.readUserRoles]
        ),
        Place(name: "compare", label: "Compare", path: ConsolePaths.compare, permissions: [.readTrails]),
        Place(name: "inbox", label: "Inbox", path: ConsolePaths.inbox),
        Place(
            name: "exports",
            label: "Exports",
            path: ConsolePaths.exports,
            permissions: [.createExports, .readExports]
        ),
        Place(
            name: "backups",
            label: "Backups",
            path: ConsolePaths.backups,
            permissions: [.readBackups],
            scope: .institution
        ),
        Place(
            name: "system",
            label: "System",
            path: ConsolePaths.system,
            permissions: [.readHealth],
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

    /// Whether a reader holds all of some permissions, for the whole institution unless said otherwise: for what is shown, not for
    /// what is done.
    func holds(
        _ permissions: [BuiltInPermission],
        _ context: RequestContext,
        in scope: AccessScope = .institution
    ) -> Bool {
        guard let model = parts.directory.latest?.model else { return false }
        return permissions.allSatisfy { model.check(context.actor, $0.name, in: scope, at: context.now).isAllowed }
    }

    private func open(to context: RequestContext) -> [Place] {
        guard let model = parts.directory.latest?.model else { return Self.places.filter { $0.permissions.isEmpty } }
        return Self.places.filter { place in
            place.permissions.isEmpty
                || place.permissions.contains {
                    model.check(context.actor, $0.name, in: place.scope, at: context.now).isAllowed
                }
        }
    }
}
