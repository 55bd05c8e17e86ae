import Addresses
import HTTPAPI
import RateLimiting

/// Limits requests by the policies in force.
struct PolicyLimiter: RequestLimiter {
    let limiter: RateLimiter

    func arrive(_ routeClass: RouteClass, from address: IPAddress?, token: String?) async -> LimitVerdict {
        await limiter.arrive(routeClass, from: address, token: token, subject: TokenSubject.hint)
    }

    func proceed(_ routeClass: RouteClass, as actor: String, from address: IPAddress?) async -> LimitVerdict {
        await limiter.proceed(routeClass, as: actor, from: address)
    }

    func signInSucceeded(_ token: String, from address: IPAddress?) {
        limiter.signInSucceeded(token, from: address)
    }

    func signInFailed(_ token: String, from address: IPAddress?) async -> LimitVerdict {
        await limiter.signInFailed(token, from: address, subject: TokenSubject.hint(token))
    }
}

/// Requests can be counted: only where they are refused otherwise is a Redis that is away in the way of taking them.
struct LimitReadiness: ReadinessCheck {
    let limiter: RateLimiter
    var name: String { "limits" }

    func obstacle() async -> String? {
        limiter.isAble ? nil : "Redis cannot be reached for rate limits, and without it requests are refused."
    }
}
