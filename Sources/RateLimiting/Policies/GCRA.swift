/// The generic cell rate algorithm in its virtual scheduling form (ITU-T I.371, annex A): one integer a key, the
/// theoretical arrival time (TAT) of the next request, decides whether the next one comes too early.
///
/// Times are microseconds on any clock. In every stretch of time `t` at most `burst + t / interval` requests are
/// admitted. What a bad clock or another rate left behind is bounded: a TAT further ahead than a full burst counts as
/// one that is just that far ahead.
package struct GCRA: Sendable, Hashable {
    /// Sums of a time and what lies ahead of it stay exact in a double, as Redis' scripts reckon.
    private static let limit: Int64 = 1 << 47

    /// The time that a request takes up.
    package let interval: Int64
    /// How many may come at once after a rest.
    package let burst: Int64

    /// A rate.
    package init(interval: Int64, burst: Int64) {
        self.interval = min(max(1, interval), Self.limit)
        self.burst = min(max(1, burst), Self.limit / self.interval)
    }

    /// So many requests in a time, and so many at once. The interval is rounded up, so that the rate is never exceeded.
    package init(quota: Int64, windowSeconds: Int64, burst: Int64) {
        let window = max(1, windowSeconds) * 1_000_000
        let quota = max(1, quota)
        self.init(interval: (window + quota - 1) / quota, burst: burst)
    }

    /// The share of one of several who do not know of one another.
    package func divided(by parts: Int64) -> GCRA {
        let parts = max(1, parts)
        return GCRA(interval: interval * min(parts, Self.limit / interval), burst: burst / parts)
    }

    /// How far ahead the TAT may be for a request to be admitted.
    package var tolerance: Int64 { (burst - 1) * interval }
    /// How far ahead it is when nothing more is admitted.
    package var depth: Int64 { burst * interval }

    /// How far ahead of now a TAT counts as being.
    package func lead(of tat: Int64, at now: Int64) -> Int64 { min(max(tat, now) - now, depth) }

    /// Whether a request is admitted when the TAT is so far ahead.
    package func admits(lead: Int64) -> Bool { lead <= tolerance }

    /// What is left, and for how long, when the TAT is so far ahead.
    package func allowance(lead: Int64) -> Allowance {
        let remaining = max(0, (depth - lead) / interval)
        let next = lead - (depth - (remaining + 1) * interval)
        return Allowance(
            remaining: remaining,
            untilMore: remaining >= burst ? 0 : max(0, next),
            untilAdmitted: max(0, lead - tolerance)
        )
    }

    /// What is left of a quota.
    package struct Allowance: Sendable, Hashable {
        /// How many requests would be admitted at once.
        package var remaining: Int64
        /// In how many microseconds it is one more; 0 where there is nothing more to be had.
        package var untilMore: Int64
        /// In how many microseconds a request is admitted; 0 for now.
        package var untilAdmitted: Int64
    }
}
