import HTTPTypes
import JSON
import RateLimiting

/// What limits said of a request on its way, for the fields of its answer.
struct LimitLedger: Sendable {
    private var standings: [LimitVerdict.Standing] = []
    private var isRefused = false

    /// Takes down a verdict; throws the problem of one that refuses.
    mutating func enter(_ verdict: LimitVerdict) throws(Problem) {
        switch verdict.outcome {
        case .admitted:
            standings += verdict.standings
        case .refused(let violated, let retryAfter):
            isRefused = true
            standings += verdict.standings
            throw .quotaExceeded(violated, retryAfter: retryAfter)
        case .unknown:
            throw .unavailable(
                retryAfter: .seconds(1),
                "It cannot be known just now whether this is one request too many. Try again shortly."
            )
        }
    }

    /// `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), in the form of RFC 9651.
    var fields: [HTTPField] {
        guard !standings.isEmpty else { return [] }
        var policies = ""
        var limits = ""
        for standing in standings {
            if !policies.isEmpty { policies += ", " }
            let policy = standing.policy
            policies += "\"\(policy.name)\";q=\(policy.quota);w=\(policy.windowSeconds);daybook-burst=\(policy.burst)"
            // Beside Retry-After no field is to name a later moment, so there only those speak that were violated.
            if isRefused, !standing.isViolated { continue }
            if !limits.isEmpty { limits += ", " }
            let seconds = (standing.allowance.untilMore + 999_999) / 1_000_000
            limits += "\"\(policy.name)\";r=\(standing.allowance.remaining);t=\(seconds)"
        }
        return [HTTPField(name: .rateLimitPolicy, value: policies), HTTPField(name: .rateLimit, value: limits)]
    }
}

extension ProblemKind {
    /// The draft's own problem type.
    package static let quotaExceeded = Self(
        "quota-exceeded",
        .tooManyRequests,
        "Request cannot be satisfied as assigned quota has been exceeded",
        uri: "https://iana.org/assignments/http-problem-types#quota-exceeded"
    )
}

extension Problem {
    /// 429: policies are violated.
    static func quotaExceeded(_ policies: [String], retryAfter: Duration) -> Problem {
        let field = HTTPField.retryAfter(retryAfter)
        let names = policies.map { "“\($0)”" }.joined(separator: ", ")
        return Problem(
            .quotaExceeded,
            "Too many requests for the limit \(names). Try again in \(field.value) s.",
            members: ["violated-policies": .array(policies.map { .string($0) })],
            headers: [field]
        )
    }
}
