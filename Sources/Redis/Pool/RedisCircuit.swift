/// Whether Redis is used, and when it is tried again: a pure value, told what happened and when.
///
/// One failure opens it: every caller is then refused at once, and one connection at a time tries again after a pause
/// that doubles. Connections made before the failure are not trusted any more.
struct RedisCircuit: Sendable {
    private static let firstPause = Duration.milliseconds(100)
    private static let longestPause = Duration.seconds(5)

    /// Rises with each failure: a connection of an older generation is to be made anew.
    private(set) var generation = 0
    private(set) var isClosed = false
    private(set) var since: ContinuousClock.Instant
    private(set) var lastError: RedisError?
    private(set) var failures = 0
    private var nextAttempt: ContinuousClock.Instant
    private var pause = Self.firstPause
    private var isProbing = false

    init(now: ContinuousClock.Instant) {
        since = now
        nextAttempt = now
    }

    /// Whether the caller may connect now; where not, until when it waits.
    mutating func mayConnect(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        if isClosed { return nil }
        guard !isProbing else { return now + Self.firstPause }
        guard now >= nextAttempt else { return nextAttempt }
        isProbing = true
        return nil
    }

    /// A connection of a generation stands. Answers whether Redis was away until now. One that was begun before a failure
    /// says nothing: it is made anew.
    mutating func connected(generation: Int, _ now: ContinuousClock.Instant) -> Bool {
        guard generation == self.generation else { return false }
        isProbing = false
        pause = Self.firstPause
        guard !isClosed else { return false }
        isClosed = true
        since = now
        return true
    }

    /// A connection of a generation failed. Answers whether Redis was used until now.
    mutating func failed(
        _ error: RedisError,
        generation: Int,
        _ now: ContinuousClock.Instant,
        spread: Double = .random(in: 0.5...1)
    ) -> Bool {
        guard generation == self.generation else { return false }
        isProbing = false
        self.generation += 1
        failures += 1
        lastError = error
        nextAttempt = now + pause * spread
        pause = min(pause * 2, Self.longestPause)
        let wasClosed = isClosed
        isClosed = false
        if wasClosed { since = now }
        return wasClosed
    }
}
