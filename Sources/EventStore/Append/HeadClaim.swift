import Synchronization

/// Tells when a batch has the head lock, or has come to an end without it.
///
/// A batch that is planned on another may ask for the lock only after that one has it: if it came first, it would find
/// the log shorter than it was planned on, and both would be planned again.
final class HeadClaim: Sendable {
    private struct State {
        var isSettled = false
        var waiter: CheckedContinuation<Void, Never>?
    }
    private let state = Mutex(State())

    /// Lets the batch after this one go. Calling it again does nothing.
    func settle() {
        let waiter = state.withLock { state in
            state.isSettled = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns once the claim is settled. One waiter: the batch planned next.
    func wait() async {
        await withCheckedContinuation { continuation in
            let isSettled = state.withLock { state in
                if !state.isSettled { state.waiter = continuation }
                return state.isSettled
            }
            if isSettled { continuation.resume() }
        }
    }
}
