package import Addresses
package import RateLimiting

/// Says whether a request is one too many: the seam between the edge and the limits.
package protocol RequestLimiter: Sendable {
    /// A request arrived; it is not known yet who sends it.
    ///
    /// - Parameter token: the token that it is to be signed in by. A refusal says nothing of whether it is good.
    func arrive(_ routeClass: RouteClass, from address: IPAddress?, token: String?) async -> LimitVerdict

    /// It is known who sends it.
    func proceed(_ routeClass: RouteClass, as actor: String, from address: IPAddress?) async -> LimitVerdict

    /// A token was good.
    func signInSucceeded(_ token: String, from address: IPAddress?)

    /// A token was not accepted; whether this was one failure too many.
    func signInFailed(_ token: String, from address: IPAddress?) async -> LimitVerdict
}
