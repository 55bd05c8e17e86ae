/// Who a request comes from, and how that was established.
package struct SignIn: Sendable, Hashable {
    /// What vouched for the actor.
    package enum Method: Sendable, Hashable {
        /// Nothing: the endpoint is open.
        case none
        /// A token that Daybook issued, by its id.
        case apiToken(id: String)
        /// A signed token of an identity provider.
        case jwt(issuer: String)
    }

    /// The id of the user that acts.
    package let actor: String
    /// What vouched for it.
    package let method: Method

    /// A sign-in.
    package init(actor: String, method: Method) {
        self.actor = actor
        self.method = method
    }

    /// The id of the token that Daybook issued, if one vouched.
    package var tokenID: String? { if case .apiToken(let id) = method { id } else { nil } }

    /// The actor of open endpoints.
    package static let anonymous = SignIn(actor: "anonymous", method: .none)
}
