import Synchronization

/// Waits for something, but no longer than so long.
///
/// What did not end in time is cancelled, and nobody waits for whether it heeds that: it goes on by itself.
///
/// - Returns: nil if it did not end in time.
package func withPatience<Result: Sendable>(
    _ patience: Duration,
    _ body: @escaping @Sendable () async -> Result
) async -> Result? {
    let first = FirstAnswer<Result>()
    let work = Task { first.give(await body()) }
    let timer = Task {
        try? await Task.sleep(for: patience)
        first.give(nil)
    }
    let answer = await withTaskCancellationHandler {
        await first.value
    } onCancel: {
        work.cancel()
    }
    timer.cancel()
    work.cancel()
    return answer
}

/// The first of several answers, for one who waits.
private final class FirstAnswer<Value: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Value?, Never>)
        case given(Value?)
    }

    private let state = Mutex(State.open)

    var value: Value? {
        get async {
            await withCheckedContinuation { continuation in
                let known: Value?? = state.withLock { state in
                    if case .given(let value) = state { return .some(value) }
                    state = .awaited(continuation)
                    return .none
                }
                if let known { continuation.resume(returning: known) }
            }
        }
    }

    func give(_ value: Value?) {
        let waiter: CheckedContinuation<Value?, Never>? = state.withLock { state in
            switch state {
            case .open:
                state = .given(value)
                return nil
            case .awaited(let continuation):
                state = .given(value)
                return continuation
            case .given: return nil
            }
        }
        waiter?.resume(returning: value)
    }
}
