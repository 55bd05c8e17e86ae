import Synchronization

/// How far a replica has followed the log, and where each tag was touched last: what says whether a value still holds.
///
/// Sizes, not positions, are counted here: a value made from the first N events has size N, and an event at position P
/// touches its tags at P + 1. So a value holds as long as none of its tags was touched past its size. Nothing is ever
/// deleted for this; a value that was away with Redis for an hour is judged like any other.
package final class InvalidationHorizon: Sendable {
    private let touched = TouchedSizes()
    private let everything = Atomic<Int64>(.max)
    private let followed = Atomic<Int64>(0)
    private let answered = Atomic<Int64>(0)
    private let begun = Atomic<Int>(0)
    private let waiters = Mutex(Waiters())
    private let waiterCount = Atomic<Int>(0)

    private struct Waiters {
        var next = 0
        var waiting: [Int: Waiter] = [:]
        /// Waits that ended before they had begun.
        var ended: Set<Int> = []
    }

    private struct Waiter {
        var size: Int64
        var continuation: CheckedContinuation<Bool, Never>
    }

    /// A horizon that knows nothing yet: no value holds before ``begin(at:)``.
    package init() {}

    /// How many events it has seen.
    package var size: Int64 { followed.load(ordering: .acquiring) }

    /// The most events that any answer of this replica took into account.
    package var seen: Int64 { answered.load(ordering: .acquiring) }

    /// Rises whenever the log turns out to be another than it was: what was begun before is not to be kept after it.
    package var epoch: Int { begun.load(ordering: .acquiring) }

    /// An answer took so many events into account, or a client demanded it: no later one from the cache takes fewer.
    package func saw(_ size: Int64) {
        var known = answered.load(ordering: .relaxed)
        while known < size {
            let (done, now) = answered.weakCompareExchange(
                expected: known,
                desired: size,
                ordering: .acquiringAndReleasing
            )
            if done { return }
            known = now
        }
    }

    /// Whether a value made from `size` events with these tags holds at ``size``, which the caller has read before.
    package func holds(_ size: Int64, _ places: [UInt16]) -> Bool {
        guard everything.load(ordering: .acquiring) <= size else { return false }
        for place in places where touched.size(at: place) > size { return false }
        return true
    }

    /// The size from which on a value with these tags could hold, but for what is not followed yet: at most ``size``,
    /// which the caller has read before.
    package func lastTouch(_ places: [UInt16], upTo size: Int64) -> Int64 {
        let last = places.reduce(everything.load(ordering: .acquiring)) {
            max($0, touched.size(at: $1))
        }
        return min(last, size)
    }

    // MARK: Following

    /// Begins at a size of the log; nothing made from fewer events holds, for what touched it may have been before.
    package func begin(at size: Int64) {
        everything.store(size, ordering: .releasing)
        advance(to: size)
    }

    /// The log is another than it was: nothing that anybody has made from it holds until it has grown past all of that.
    /// At once, also where it is not known yet what the log is now.
    package func suspend() {
        begun.add(1, ordering: .acquiringAndReleasing)
        // Before it has begun nothing holds anyway.
        guard everything.load(ordering: .acquiring) != .max else { return }
        everything.store(max(size, seen, everythingTouched) + 1, ordering: .releasing)
    }

    /// Begins anew at a size of a log that is another than it was.
    package func beginAgain(at size: Int64) {
        suspend()
        answered.store(0, ordering: .releasing)
        followed.store(size, ordering: .releasing)
    }

    /// The log has only so many events, as was found out after ``seen`` was `known`: more than that was told of a log that
    /// is no more.
    package func unsee(beyond size: Int64, known: Int64) {
        guard known > size else { return }
        _ = answered.compareExchange(expected: known, desired: size, ordering: .acquiringAndReleasing)
    }

    private var everythingTouched: Int64 {
        let size = everything.load(ordering: .acquiring)
        return size == .max ? 0 : size
    }

    /// Notes what an event at `position` touches; everything where nil. In the order of the log, by one follower, before
    /// ``advance(to:)`` past it.
    package func touch(_ tags: [CacheTag]?, at position: Int64) {
        guard let tags else {
            everything.store(max(everythingTouched, position + 1), ordering: .releasing)
            return
        }
        for tag in tags { touched.set(position + 1, at: tag.place) }
    }

    /// All events before `size` were noted.
    package func advance(to size: Int64) {
        followed.store(size, ordering: .sequentiallyConsistent)
        guard waiterCount.load(ordering: .sequentiallyConsistent) > 0 else { return }
        let done = waiters.withLock { state -> [CheckedContinuation<Bool, Never>] in
            let ids = state.waiting.filter { $0.value.size <= size }.map(\.key)
            return ids.compactMap { state.waiting.removeValue(forKey: $0)?.continuation }
        }
        for continuation in done { continuation.resume(returning: true) }
    }

    // MARK: Waiting

    /// Waits until so many events were seen; answers false if that takes longer, or when cancelled.
    package func reach(_ size: Int64, within limit: Duration) async -> Bool {
        if self.size >= size { return true }
        guard limit > .zero else { return false }
        waiterCount.add(1, ordering: .sequentiallyConsistent)
        defer { waiterCount.subtract(1, ordering: .relaxed) }
        let id = waiters.withLock { state in
            state.next += 1
            return state.next
        }
        let timer = Task {
            try await Task.sleep(for: limit)
            self.giveUp(id)
        }
        let isReached = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let hasEnded = waiters.withLock { state in
                    if state.ended.contains(id) { return true }
                    state.waiting[id] = Waiter(size: size, continuation: continuation)
                    return false
                }
                if hasEnded { return continuation.resume(returning: false) }
                // It may have come this far between the look and the wait.
                if self.size >= size { finish(id, true) }
            }
        } onCancel: {
            giveUp(id)
        }
        timer.cancel()
        _ = await timer.result
        _ = waiters.withLock { $0.ended.remove(id) }
        return isReached
    }

    private func giveUp(_ id: Int) {
        waiters.withLock { _ = $0.ended.insert(id) }
        finish(id, false)
    }

    private func finish(_ id: Int, _ result: Bool) {
        waiters.withLock { $0.waiting.removeValue(forKey: id) }?.continuation.resume(returning: result)
    }
}
