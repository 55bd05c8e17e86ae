package import Time

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The two clocks of the cache: one that runs evenly, and that of the calendar, which replicas share.
package struct CacheClock: Sendable {
    /// Nanoseconds since some moment.
    package var now: @Sendable () -> Int64
    package var calendar: @Sendable () -> Timestamp

    package init(now: @escaping @Sendable () -> Int64, calendar: @escaping @Sendable () -> Timestamp) {
        self.now = now
        self.calendar = calendar
    }

    package static let system = CacheClock(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        },
        calendar: { .now() }
    )
}

extension Duration {
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue + attoseconds / 1_000_000_000
    }
}
