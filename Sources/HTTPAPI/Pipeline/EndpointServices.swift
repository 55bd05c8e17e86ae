package import Monitoring
package import Time

/// What the pipeline asks other parts for.
package struct EndpointServices: Sendable {
    /// Says who a token stands for.
    package var authenticator: any Authenticator
    /// Says who may do what.
    package var authorizer: any Authorizer
    /// Waits for positions; without one `X-Min-Position` is refused.
    package var positionGate: (any PositionGate)?
    /// Reads and writes cursors.
    package var cursors: CursorSeal
    /// The one clock.
    package var clock: @Sendable () -> Timestamp
    /// The reverse proxies that are believed where a request comes from.
    package var trustedProxies: TrustedProxies
    /// Says which requests are too many; without it none is.
    package var limits: (any RequestLimiter)?
    /// The largest body, for endpoints that set no limit of their own.
    package var maximumBodyBytes: Int
    /// Hears of every position that an answer of this server names, and that a client demands, before it is answered.
    package var witness: (@Sendable (Int64) -> Void)?
    /// Takes down every request that was answered.
    package var recorder: RequestRecorder?
    /// Counts the answers that last.
    let lasting = LastingReplies()

    package init(
        authenticator: any Authenticator,
        authorizer: any Authorizer,
        positionGate: (any PositionGate)? = nil,
        cursors: CursorSeal,
        clock: @escaping @Sendable () -> Timestamp = { .now() },
        trustedProxies: TrustedProxies = TrustedProxies(),
        limits: (any RequestLimiter)? = nil,
        maximumBodyBytes: Int = 1_048_576,
        recorder: RequestRecorder? = nil,
        witness: (@Sendable (Int64) -> Void)? = nil
    ) {
        self.witness = witness
        self.authenticator = authenticator
        self.authorizer = authorizer
        self.positionGate = positionGate
        self.cursors = cursors
        self.clock = clock
        self.trustedProxies = trustedProxies
        self.limits = limits
        self.maximumBodyBytes = maximumBodyBytes
        self.recorder = recorder
    }
}
