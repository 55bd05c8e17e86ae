/// Who a command is carried out for.
package enum AccessActor: Sendable, Hashable {
    /// Daybook itself or its operator at the machine: not bound by permissions.
    case system
    /// Somebody who signed in.
    case user(String)

    /// The id under which Daybook's own events are recorded. Nobody can register or sign in under it.
    package static let systemID = "system"

    /// Whether an id is one that Daybook gives to itself: nobody can be registered, given a role or signed in by it.
    package static func isReserved(_ id: String) -> Bool {
        id == systemID || id == "anonymous"
    }

    /// The actor as events name it.
    package var id: String {
        switch self {
        case .system: Self.systemID
        case .user(let id): id
        }
    }
}
