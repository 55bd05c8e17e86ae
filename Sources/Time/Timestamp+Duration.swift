extension Timestamp {
    /// The moment that lies `duration` later (earlier, if negative), cut to whole microseconds.
    package func advanced(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (scaled, scaleOverflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (step, stepOverflow) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        let (sum, sumOverflow) = microseconds.addingReportingOverflow(step)
        guard !scaleOverflow, !stepOverflow, !sumOverflow else { return seconds < 0 ? .earliest : .latest }
        return Timestamp(microseconds: sum)
    }

    /// The time from `earlier` to `later`; negative if they are the other way round.
    package static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .microseconds(later.microseconds - earlier.microseconds)
    }

    /// The same as `timestamp.advanced(by: duration)`.
    package static func + (timestamp: Timestamp, duration: Duration) -> Timestamp {
        timestamp.advanced(by: duration)
    }

    /// The moment that lies `duration` before `timestamp`.
    package static func - (timestamp: Timestamp, duration: Duration) -> Timestamp {
        timestamp.advanced(by: .zero - duration)
    }
}
