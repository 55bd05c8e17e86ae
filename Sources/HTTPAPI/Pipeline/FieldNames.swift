package import HTTPTypes

extension HTTPField.Name {
    /// W3C Trace Context.
    package static let traceParent = named("traceparent")
    /// The id by which a client knows its request.
    package static let requestID = named("X-Request-ID")
    /// The position that an answer must have seen at least.
    package static let minimumPosition = named("X-Min-Position")
    /// The position that an answer comes from.
    package static let position = named("X-Position")
    /// draft-ietf-httpapi-idempotency-key-header.
    package static let idempotencyKey = named("Idempotency-Key")
    /// The session in which a request is made: only the roles that are active there count.
    package static let session = named("Daybook-Session")
    /// RFC 8288.
    package static let link = named("Link")
    /// The root hash of the log's tree at the position that a file comes from.
    package static let rootHash = named("X-Root-Hash")
    /// RFC 9530.
    static let representationDigest = named("Repr-Digest")
    package static let referrerPolicy = named("Referrer-Policy")
    static let forwardedFor = named("X-Forwarded-For")
    /// Whether a page of the same origin, the same site or another sends a request (W3C Fetch Metadata).
    package static let fetchSite = named("Sec-Fetch-Site")
    /// That a page asks by itself, and nobody for it.
    package static let byItself = named("X-By-Itself")
    /// Which windows may hold on to a page (WHATWG HTML, cross-origin opener policies).
    package static let openerPolicy = named("Cross-Origin-Opener-Policy")
    /// RFC 7239.
    static let forwarded = named("Forwarded")
    /// draft-ietf-httpapi-ratelimit-headers.
    package static let rateLimit = named("RateLimit")
    /// draft-ietf-httpapi-ratelimit-headers.
    package static let rateLimitPolicy = named("RateLimit-Policy")

    /// A literal name. All of them are checked by a test, so that the fallback is never reached.
    private static func named(_ literal: String) -> HTTPField.Name {
        HTTPField.Name(literal) ?? .via
    }
}
