import Synchronization
import Time

/// What was tried for each schedule by this process: one thing at a time, and after a failure later and later.
final class ScheduleAttempts: Sendable {
    private struct Attempt {
        var isRunning = false
        var failures = 0
        var notBefore = Timestamp.earliest
        /// From when the next time counts, where the log has only times that are yet to come.
        var since: Timestamp?
    }

    private static let firstPause = Duration.seconds(30)
    private static let longestPause = Duration.seconds(3_600)

    private let attempts = Mutex<[String: Attempt]>([:])

    /// Whether something is to be made for a schedule now; then it counts as begun.
    func begin(_ schedule: BackupSchedule, now: Timestamp) -> Bool {
        attempts.withLock { attempts in
            var attempt = attempts[schedule.scheduleID] ?? Attempt()
            attempt.since = attempt.since ?? now
            let isDue =
                !attempt.isRunning && attempt.notBefore <= now
                && schedule.isDue(now, since: attempt.since ?? now)
            attempt.isRunning = attempt.isRunning || isDue
            attempts[schedule.scheduleID] = attempt
            return isDue
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
            let pause = min(Self.firstPause * (1 << min(attempt.failures, 7)), Self.longestPause)
            attempt.failures += 1
            attempt.isRunning = false
            attempt.notBefore = now + pause
            attempts[id] = attempt
            return pause
        }
    }
}
