import NIOCore

/// How many frames a client may send: a bucket that fills at a steady rate and holds a burst.
struct FrameAllowance: Sendable {
    private let perSecond: Double
    private let burst: Double
    private var level: Double
    private var filledAt: NIODeadline

    init(perSecond: Double, burst: Int, now: NIODeadline) {
        self.perSecond = perSecond
        self.burst = Double(burst)
        level = self.burst
        filledAt = now
    }

    /// Takes one; false if none is left.
    mutating func take(now: NIODeadline) -> Bool {
        let elapsed = Double((now - filledAt).nanoseconds) / 1e9
        level = min(burst, level + max(0, elapsed) * perSecond)
        filledAt = now
        guard level >= 1 else { return false }
        level -= 1
        return true
    }
}
