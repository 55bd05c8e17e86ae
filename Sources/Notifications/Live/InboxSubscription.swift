import Synchronization

/// One program's wish to hear what changes in an inbox, for whoever takes updates at their own pace.
///
/// What it has not taken is kept up to a bound; beyond it, it has to read anew from where it was. So a slow program costs
/// the server no more than a quick one, and misses nothing.
final class InboxSubscription: InboxListener {
    /// How many updates wait for it at most.
    private static let waiting = 64

    let user: String
    let updates: AsyncStream<InboxUpdate>
    private let continuation: AsyncStream<InboxUpdate>.Continuation
    private let hasMissed = Atomic<Bool>(false)

    init(_ user: String) {
        self.user = user
        (updates, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.waiting))
    }

    func hear(_ update: InboxUpdate) {
        if case .dropped = continuation.yield(update) { hasMissed.store(true, ordering: .releasing) }
    }

    func miss() {
        hasMissed.store(true, ordering: .releasing)
        // Something has to come for it to be noticed; where there is no room something does.
        continuation.yield(.heartbeat)
    }

    /// Whether something was left out since this was asked last.
    func takeMissed() -> Bool { hasMissed.exchange(false, ordering: .acquiringAndReleasing) }

    // Whoever takes the updates looks themselves, at each of them.

    func beat() async { continuation.yield(.heartbeat) }

    func recheck() async { continuation.yield(.heartbeat) }

    func finish() { continuation.finish() }
}
