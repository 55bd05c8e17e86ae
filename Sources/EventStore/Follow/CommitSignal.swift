import Synchronization

/// Tells followers that the log has grown. A hint, not the truth: readers ask the database, and also poll.
package final class CommitSignal: Sendable {
    private struct State {
        var size: Int64 = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        /// Waits that ended before they had begun.
        var ended: Set<Int> = []
        var nextWaiter = 0
    }
    private let state = Mutex(State())

    package init() {}

    /// The largest size heard of.
    package var size: Int64 { state.withLock { $0.size } }

    /// Notes that the log has at least `size` events.
    package func send(_ size: Int64) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard size > state.size else { return [] }
            state.size = size
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once the log is known to have more than `size` events, after `timeout`, or when cancelled.
    package func wait(beyond size: Int64, timeout: Duration) async {
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
                    if state.ended.contains(id) || state.size > size || Task.isCancelled { return true }
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
