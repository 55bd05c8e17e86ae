import Synchronization

/// Tells followers that the log has grown. A hint, not the truth: readers ask the database, and also poll.
///
/// A hint counts once, for those who have not looked since. What it says of the size is not relied on: a notification can
/// be anybody's, and after a failover the log may be shorter than it was.
package final class CommitSignal: Sendable {
    /// What had been heard at a moment. Take one before looking at the log; wait since it if there was nothing new.
    package struct Mark: Sendable, Hashable {
        fileprivate let hints: UInt64
    }

    private struct State {
        var size: Int64 = 0
        var hints: UInt64 = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        /// Waits that ended before they had begun.
        var ended: Set<Int> = []
        var nextWaiter = 0
    }
    private let state = Mutex(State())

    package init() {}

    /// What was heard until now.
    package var mark: Mark { state.withLock { Mark(hints: $0.hints) } }

    /// Notes that the log has `size` events, unless that is what was heard last: a commit of our own is told twice.
    package func send(_ size: Int64) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard size != state.size else { return [] }
            state.size = size
            state.hints += 1
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once something was heard since `mark`, after `timeout`, or when cancelled.
    package func wait(since mark: Mark, timeout: Duration) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let timer = Task {
            do { try await Task.sleep(for: timeout) } catch { return }
            self.wake(id)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    if state.ended.contains(id) || state.hints > mark.hints || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            wake(id)
        }
        timer.cancel()
        _ = await timer.value
        _ = state.withLock { $0.ended.remove(id) }
    }

    private func wake(_ id: Int) {
        let waiter = state.withLock { state in
            state.ended.insert(id)
            return state.waiters.removeValue(forKey: id)
        }
        waiter?.resume()
    }
}
