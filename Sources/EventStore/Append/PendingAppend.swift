import Synchronization

/// A request in the queue together with its waiting caller.
///
/// The caller is answered exactly once; a request that repeats one still in flight waits for that one's answer.
final class PendingAppend: Sendable {
    let request: AppendRequest
    /// For each stream of the request, the seals of its events.
    let seals: [[EventSeal]]
    let eventCount: Int
    let enqueuedAt: ContinuousClock.Instant

    private struct State {
        var continuation: CheckedContinuation<Receipt, any Error>?
        var outcome: Result<Receipt, AppendError>?
        var wasSent = false
    }
    private let state: Mutex<State>

    init(
        _ request: AppendRequest,
        seals: [[EventSeal]],
        continuation: CheckedContinuation<Receipt, any Error>
    ) {
        self.request = request
        self.seals = seals
        self.eventCount = request.streams.reduce(0) { $0 + $1.events.count }
        self.enqueuedAt = .now
        self.state = Mutex(State(continuation: continuation))
    }

    /// The answer, once there is one.
    var outcome: Result<Receipt, AppendError>? { state.withLock { $0.outcome } }

    /// Whether a batch with this request has gone to PostgreSQL and its fate is not known.
    var wasSent: Bool {
        get { state.withLock { $0.wasSent } }
        set { state.withLock { $0.wasSent = newValue } }
    }

    /// Answers the caller.
    func finish(_ outcome: Result<Receipt, AppendError>) {
        let continuation = state.withLock { state in
            if state.outcome == nil { state.outcome = outcome }
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(with: outcome.mapError { $0 as any Error })
    }
}
