/// Who a command is carried out for.
package enum AccessActor: Sendable, Hashable {
    /// Daybook itself: not bound by permissions.
    case system
    /// Whoever runs commands on the machine of the data directory: has the keys, and is not bound by permissions.
    case `operator`
    /// Somebody who signed in; in a session, only the roles that are active there count.
    case user(String, session: String? = nil)

    /// The id under which Daybook's own events are recorded. Nobody can register or sign in under it.
    package static let systemID = "system"
    /// The id under which what is done at the machine is recorded. Nobody can register or sign in under it either.
    package static let operatorID = "operator"

    /// The id under which is recorded what somebody did who did not sign in.
    package static let anonymousID = "anonymous"

    /// Whether an id is one that Daybook gives to itself: nobody can be registered, given a role or signed in by it.
    package static func isReserved(_ id: String) -> Bool {
        id == systemID || id == operatorID || id == anonymousID
    }

    /// The actor as events name it.
    package var id: String {
        switch self {
        case .system: Self.systemID
        case .operator: Self.operatorID
        case .user(let id, _): id
        }
    }
}
