import Synchronization
import Time

/// What was tried by this process for each schedule, or for rehearsals: one thing at a time, and after a failure later and
/// later.
final class ScheduleAttempts: Sendable {
    private struct Attempt {
        var isRunning = false
        var failures = 0
        var notBefore = Timestamp.earliest
        /// From when the next time counts, where the log has only times that are yet to come.
        var since: Timestamp?
    }

    private let firstPause: Duration
    private let longestPause: Duration
    private let attempts = Mutex<[String: Attempt]>([:])

    init(firstPause: Duration = .seconds(30), longestPause: Duration = .seconds(3_600)) {
        self.firstPause = firstPause
        self.longestPause = longestPause
    }

    /// Whether something is to be made now; then it counts as begun.
    ///
    /// - Parameter isDue: asked with the moment from which the next time counts.
    func begin(_ id: String, now: Timestamp, isDue: (Timestamp) -> Bool) -> Bool {
        attempts.withLock { attempts in
            var attempt = attempts[id] ?? Attempt()
            attempt.since = attempt.since ?? now
            let begins = !attempt.isRunning && attempt.notBefore <= now && isDue(attempt.since ?? now)
            attempt.isRunning = attempt.isRunning || begins
            attempts[id] = attempt
            return begins
        }
    }

    /// It was made, or nothing had to be.
    func succeeded(_ id: String, now: Timestamp) {
        attempts.withLock { $0[id] = Attempt(since: now) }
    }

    /// It was not made.
    ///
    /// - Returns: after how long it is tried again.
    func failed(_ id: String, now: Timestamp) -> Duration {
        attempts.withLock { attempts in
            var attempt = attempts[id] ?? Attempt()
            let pause = min(firstPause * (1 << min(attempt.failures, 7)), longestPause)
            attempt.failures += 1
            attempt.isRunning = false
            attempt.notBefore = now + pause
            attempts[id] = attempt
            return pause
        }
    }
}
