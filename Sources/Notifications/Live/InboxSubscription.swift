import Synchronization

/// One program's wish to hear what changes in an inbox.
///
/// What it has not taken is kept up to a bound; beyond it, it has to read anew from where it was. So a slow program costs
/// the server no more than a quick one, and misses nothing.
final class InboxSubscription: Sendable {
    /// How many updates wait for it at most.
    private static let waiting = 64

    let id: Int
    let user: String
    let updates: AsyncStream<InboxUpdate>
    private let continuation: AsyncStream<InboxUpdate>.Continuation
    private let hasMissed = Atomic<Bool>(false)

    init(id: Int, user: String) {
        self.id = id
        self.user = user
        (updates, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.waiting))
    }

    func send(_ update: InboxUpdate) {
        if case .dropped = continuation.yield(update), !update.isHeartbeat {
            hasMissed.store(true, ordering: .releasing)
        }
    }

    /// Whether something was left out since this was asked last.
    func takeMissed() -> Bool { hasMissed.exchange(false, ordering: .acquiringAndReleasing) }

    func finish() { continuation.finish() }
}
