import Synchronization
import Time

/// A clock that tests set forward.
final class SteppingClock: Sendable {
    private let microseconds: Atomic<Int64>

    init(seconds: Int64) {
        microseconds = Atomic(seconds * 1_000_000)
    }

    var now: Timestamp { Timestamp(microseconds: microseconds.load(ordering: .relaxed)) }

    func advance(bySeconds seconds: Int64) {
        microseconds.wrappingAdd(seconds * 1_000_000, ordering: .relaxed)
    }
}
