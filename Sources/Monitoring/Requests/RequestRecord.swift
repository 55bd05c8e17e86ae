package import Time

/// One request that was answered.
package struct RequestRecord: Sendable {
    /// The route of requests that no endpoint answers.
    package static let unrouted = "(none)"
    /// The actor of requests that nobody signed in for.
    package static let nobody = "anonymous"

    /// The method, one of those that the server knows, or `OTHER`.
    package var method: String
    /// The path as its template: never with an id in it.
    package var route: String
    /// Who asked.
    package var actor: String
    /// The status that was answered.
    package var status: Int
    /// When it arrived.
    package var startedAt: Timestamp
    /// How long it took, to the last byte of the answer being handed over.
    package var duration: Duration
    /// The length of the body that came.
    package var requestBytes: Int
    /// The length of the body that went.
    package var responseBytes: Int
    /// The W3C trace id.
    package var traceID: String
    /// Whether its answer lasts by its nature, as that of a poll that waits: then it is none the slower for it. Not recorded.
    package var isLasting: Bool

    /// A request.
    package init(
        method: String,
        route: String,
        actor: String,
        status: Int,
        startedAt: Timestamp,
        duration: Duration,
        requestBytes: Int,
        responseBytes: Int,
        traceID: String,
        isLasting: Bool = false
    ) {
        self.method = method
        self.route = route
        self.actor = actor
        self.status = status
        self.startedAt = startedAt
        self.duration = duration
        self.requestBytes = requestBytes
        self.responseBytes = responseBytes
        self.traceID = traceID
        self.isLasting = isLasting
    }

    var microseconds: Int64 {
        let (seconds, attoseconds) = duration.components
        return max(0, seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }

    var isError: Bool { status >= 400 }
    var isClientError: Bool { (400..<500).contains(status) }
    var isServerError: Bool { status >= 500 }
}
