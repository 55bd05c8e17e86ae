import Synchronization
import Time

/// When schedules are due next, kept in memory: to find a time in a calendar costs more than to look every second.
final class DueTimes: Sendable {
    private struct Next {
        var position: Int64
        var since: Timestamp
        var at: Timestamp?
    }

    private let known = Mutex<[String: Next]>([:])

    /// The last time that is due of a schedule, and how many before it were missed; nil where none is due.
    func due(_ schedule: ExportSchedule, at now: Timestamp) -> (at: Timestamp, missed: Int)? {
        let next = known.withLock { known -> Timestamp? in
            if let next = known[schedule.scheduleID], next.position == schedule.position, next.since == schedule.since {
                return next.at
            }
            let at = schedule.nextAt
            known[schedule.scheduleID] = Next(position: schedule.position, since: schedule.since, at: at)
            return at
        }
        guard let next, next <= now else { return nil }
        return schedule.due(at: now)
    }
}
