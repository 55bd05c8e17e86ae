import Events
import Synchronization

/// A request in the queue together with its waiting caller.
///
/// The caller is answered exactly once; a request that repeats one still in flight waits for that one's answer. What
/// the caller was told and what became of the request are kept apart: a caller whose patience ended is told that the
/// outcome is unknown, while the batch with its request may still be committed.
final class PendingAppend: Sendable {
    let request: AppendRequest
    /// For each stream of the request, the seals of its events.
    let seals: [[EventSeal]]
    let eventCount: Int
    /// Whether it erases from events recorded before, which takes as long as they are many.
    let isErasure: Bool
    let enqueuedAt: ContinuousClock.Instant

    private struct State {
        var continuation: CheckedContinuation<Receipt, any Error>?
        var outcome: Result<Receipt, AppendError>?
        var wasSent = false
        var wasAbandoned = false
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
        self.isErasure = request.streams.contains { append in
            append.events.contains { $0.type == Log.PersonalErased.type }
        }
        self.enqueuedAt = .now
        self.state = Mutex(State(continuation: continuation))
    }

    /// What became of the request, once it is known.
    var outcome: Result<Receipt, AppendError>? { state.withLock { $0.outcome } }

    /// Whether the request is in a batch that went to PostgreSQL and whose fate is not known.
    var wasSent: Bool {
        get { state.withLock { $0.wasSent } }
        set { state.withLock { $0.wasSent = newValue } }
    }

    /// Whether nobody waits for the request any more, so that it must not be tried again.
    var wasAbandoned: Bool { state.withLock { $0.wasAbandoned } }

    /// Settles the request and answers the caller.
    func finish(_ outcome: Result<Receipt, AppendError>) {
        let continuation = state.withLock { state in
            if state.outcome == nil { state.outcome = outcome }
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(with: outcome.mapError { $0 as any Error })
    }

    /// Answers a caller that has waited long enough. A request that was sent stays open: its batch may be committed.
    func giveUp(because reason: AppendError?) {
        let isOpen = state.withLock { state in
            guard state.wasSent, state.outcome == nil else { return false }
            state.wasAbandoned = true
            return true
        }
        guard isOpen else {
            finish(
                .failure(
                    reason
                        ?? AppendError(.unavailable, "The database does not answer; nothing was recorded. Try again.")
                )
            )
            return
        }
        let continuation = state.withLock { state in
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(throwing: Self.outcomeUnknown)
    }

    private static let outcomeUnknown = AppendError(
        .outcomeUnknown,
        "The database has not said yet what it recorded; repeat the request with the same idempotency key or event ids."
    )

    /// The batch with the request is not in the log. Returns whether it is to be planned again.
    func wasNotRecorded() -> Bool {
        let isAbandoned = state.withLock { state in
            state.wasSent = false
            return state.wasAbandoned
        }
        if isAbandoned { finish(.failure(Self.outcomeUnknown)) }
        return !isAbandoned && outcome == nil
    }
}
