/// Who may call an endpoint.
package enum EndpointAccess: Sendable, Hashable {
    /// Where the permission of an endpoint has to hold.
    package enum Place: Sendable, Hashable {
        /// For the whole institution.
        case institution
        /// In the branch that a path or query parameter names; for the whole institution if it is left out.
        case parameter(String)
        /// In the branch of the thing that the request is about, which only the handler can know.
        ///
        /// Whoever holds the permission nowhere is refused before the handler runs. The handler calls
        /// ``RequestContext/require(_:in:)`` before it does or tells anything; one that answers without having called it
        /// is answered for with an internal error.
        case decidedByHandler
    }

    /// Anybody, signed in or not.
    case open
    /// Whoever is signed in.
    case signedIn
    /// Whoever is signed in and holds a permission.
    case permission(String, in: Place)

    /// Whoever holds a permission for the whole institution.
    package static func permission(_ permission: String) -> EndpointAccess {
        .permission(permission, in: .institution)
    }

    /// The permission, if one is asked for.
    package var permission: String? {
        if case .permission(let permission, _) = self { permission } else { nil }
    }
}
