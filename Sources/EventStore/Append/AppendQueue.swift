import DequeModule
import Synchronization

/// The bounded queue between callers and the appender.
final class AppendQueue: Sendable {
    private struct State {
        var pending = Deque<PendingAppend>()
        var events = 0
        var waiter: CheckedContinuation<Void, Never>?
        /// How many events the waiter waits for.
        var wanted = 1
        var isClosed = false
        var isWoken = false
    }
    private let state = Mutex(State())
    /// How many events may wait.
    let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// The number of events that wait.
    var depth: Int { state.withLock { $0.events } }

    /// Takes the request in, or answers it at once when the queue is full or closed.
    func push(_ item: PendingAppend) {
        enum Verdict { case accepted(CheckedContinuation<Void, Never>?), full, closed }
        let verdict = state.withLock { state -> Verdict in
            if state.isClosed { return .closed }
            // A request larger than the whole queue is let in when the queue is empty; batches bound it elsewhere.
            if state.events > 0, state.events + item.eventCount > capacity { return .full }
            state.pending.append(item)
            state.events += item.eventCount
            guard state.events >= state.wanted else { return .accepted(nil) }
            defer { state.waiter = nil }
            return .accepted(state.waiter)
        }
        switch verdict {
        case .accepted(let waiter):
            waiter?.resume()
        case .full:
            item.finish(
                .failure(
                    AppendError(
                        .overloaded(retryAfterMilliseconds: 250),
                        "The log has \(capacity) events waiting to be written; try again in 250 ms."
                    )
                )
            )
        case .closed:
            item.finish(.failure(AppendError(.shuttingDown, "The service is shutting down; try another replica.")))
        }
    }

    /// Puts requests back in front, to be planned again.
    func putBack(_ items: [PendingAppend]) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            for item in items.reversed() where item.outcome == nil {
                state.pending.prepend(item)
                state.events += item.eventCount
            }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Lets the waiter return though there may be nothing to take.
    func wake() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.isWoken = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Waits until there are `events` to take, the queue is closed, or somebody called `wake`. One waiter at a time.
    func waitUntilReady(for events: Int) async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                state.wanted = events
                if state.events >= events || state.isClosed || state.isWoken {
                    state.isWoken = false
                    return true
                }
                state.waiter = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    /// Takes requests in order while they fit; at least one when there is any.
    func take(events: Int, requests: Int) -> [PendingAppend] {
        state.withLock { state in
            var taken: [PendingAppend] = []
            var count = 0
            while taken.count < requests, let first = state.pending.first,
                taken.isEmpty || count + first.eventCount <= events
            {
                state.pending.removeFirst()
                state.events -= first.eventCount
                count += first.eventCount
                taken.append(first)
            }
            return taken
        }
    }

    /// Takes out one request.
    func remove(_ item: PendingAppend) {
        state.withLock { state in
            guard let index = state.pending.firstIndex(where: { $0 === item }) else { return }
            state.pending.remove(at: index)
            state.events -= item.eventCount
        }
    }

    /// Takes out what has waited longer than `age`.
    func takeExpired(age: Duration) -> [PendingAppend] {
        let now = ContinuousClock.now
        return state.withLock { state in
            let expired = state.pending.filter { now - $0.enqueuedAt > age }
            if !expired.isEmpty {
                state.pending.removeAll { now - $0.enqueuedAt > age }
                state.events -= expired.reduce(0) { $0 + $1.eventCount }
            }
            return Array(expired)
        }
    }

    /// Refuses new requests from here on; what waits is still written.
    func close() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.isClosed = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Whether new requests are refused.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// True when closed and empty.
    var isDrained: Bool { state.withLock { $0.isClosed && $0.pending.isEmpty } }
}
