import EventStore
import Synchronization

/// What callers were told is in the log.
final class Acknowledged: Sendable {
    private let receipts = Mutex<[Receipt]>([])

    func add(_ receipt: Receipt) { receipts.withLock { $0.append(receipt) } }

    var all: [Receipt] { receipts.withLock { $0 } }

    /// By position.
    var events: [Receipt.Event] { all.flatMap(\.events).sorted { $0.position < $1.position } }
}
