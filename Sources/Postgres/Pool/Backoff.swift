/// How long to wait before each further attempt: twice as long each time up to a limit, and a random part of that, so
/// that many callers do not come back at the same moment.
struct Backoff {
    private let limit: Duration
    private var next: Duration

    init(first: Duration = .milliseconds(50), limit: Duration = .seconds(2)) {
        next = first
        self.limit = limit
    }

    /// Between half of the current step and all of it.
    mutating func pause(using generator: inout some RandomNumberGenerator) -> Duration {
        let step = next
        next = min(step * 2, limit)
        return step * Double.random(in: 0.5...1, using: &generator)
    }

    mutating func pause() -> Duration {
        var generator = SystemRandomNumberGenerator()
        return pause(using: &generator)
    }
}
