import Events

/// A quota of requests for whoever is told apart by its partition.
package struct RateLimitPolicy: Sendable, Hashable {
    /// What events, headers and problems call it.
    package var name: String
    /// The class of routes that it holds for; nil for all but those with limits of their own (`sign-in`, `limits`).
    package var routeClass: RouteClass?
    /// By what requests are told apart.
    package var partition: Partition
    /// How many requests in a window.
    package var quota: Int64
    /// The window.
    package var windowSeconds: Int64
    /// How many of them at once.
    package var burst: Int64

    /// A policy.
    package init(
        _ name: String,
        for routeClass: RouteClass? = nil,
        by partition: Partition,
        quota: Int64,
        windowSeconds: Int64,
        burst: Int64
    ) {
        self.name = name
        self.routeClass = routeClass
        self.partition = partition
        self.quota = quota
        self.windowSeconds = windowSeconds
        self.burst = burst
    }

    /// Its rate.
    package var rate: GCRA { GCRA(quota: quota, windowSeconds: windowSeconds, burst: burst) }
    /// Whether it can only be asked once somebody is signed in.
    package var needsActor: Bool { partition.contains(.actor) }

    /// What holds where nothing else was set, with the reasons in docs/rate-limits.md.
    package static let builtIn: [RateLimitPolicy] = [
        RateLimitPolicy("address", by: .address, quota: 60_000, windowSeconds: 60, burst: 6_000),
        RateLimitPolicy("actor", by: .actor, quota: 12_000, windowSeconds: 60, burst: 2_000),
        RateLimitPolicy("writes", for: .write, by: .actor, quota: 6_000, windowSeconds: 60, burst: 1_000),
        RateLimitPolicy("audit", for: .audit, by: .actor, quota: 600, windowSeconds: 60, burst: 200),
        RateLimitPolicy("sign-in-address", for: .signIn, by: .address, quota: 30, windowSeconds: 60, burst: 30),
        RateLimitPolicy("sign-in-subject", for: .signIn, by: .subject, quota: 60, windowSeconds: 600, burst: 20),
        RateLimitPolicy("limits", for: .limits, by: .actor, quota: 120, windowSeconds: 60, burst: 60),
        RateLimitPolicy("limits-address", for: .limits, by: .address, quota: 1_200, windowSeconds: 60, burst: 300),
    ]

    /// The one that holds by default under a name.
    package static func builtIn(_ name: String) -> RateLimitPolicy? { builtIn.first { $0.name == name } }
}

extension RateLimitPolicy {
    /// The policy that an event sets; nil for one that this release does not understand, which then does not hold.
    init?(_ event: Limits.PolicySet) {
        guard let partition = Partition(names: event.partition), !partition.isEmpty else { return nil }
        self.init(
            event.name,
            for: event.routeClass.flatMap { RouteClass(rawValue: $0.rawValue) },
            by: partition,
            quota: event.quota,
            windowSeconds: event.windowSeconds,
            burst: event.burst
        )
        guard faults.isEmpty else { return nil }
    }
}
