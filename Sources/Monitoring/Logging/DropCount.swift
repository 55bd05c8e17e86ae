import EventStore
import Events
import Synchronization
import Time

/// Counts what was not recorded, for metrics at once and for an event when one can be written.
final class DropCount: Sendable {
    private struct State {
        var counts: [Logs.Dropped.Reason: Int64] = [:]
        var from: Timestamp?
        var to: Timestamp?
        var total: Int64 = 0
        /// What the event says that is being written: tried again it is the same event.
        var written: (reason: Logs.Dropped.Reason, count: Int64, event: NewEvent)?
    }

    private let what: Logs.Dropped.What
    private let registry: PrometheusRegistry
    private let state = Mutex(State())

    init(_ what: Logs.Dropped.What, registry: PrometheusRegistry) {
        self.what = what
        self.registry = registry
    }

    /// How many so far.
    var total: Int64 { state.withLock { $0.total } }

    func note(_ count: Int64, _ reason: Logs.Dropped.Reason, now: Timestamp = .now()) {
        guard count > 0 else { return }
        registry.counter(
            "daybook_records_dropped_total",
            [("what", what.rawValue), ("reason", reason.rawValue)]
        ).increment(by: count)
        state.withLock { state in
            state.counts[reason, default: 0] += count
            state.total += count
            state.from = state.from ?? now
            state.to = now
        }
    }

    /// The event that says what was dropped; nil where nothing was, since the last that was recorded.
    func event(node: String) -> NewEvent? {
        state.withLock { state in
            if let written = state.written { return written.event }
            guard let (reason, count) = state.counts.first(where: { $0.value > 0 }), let from = state.from,
                let to = state.to
            else { return nil }
            let event = NewEvent(
                Logs.Dropped(what: what, count: count, reason: reason, node: node, from: from, to: to),
                id: UUIDv7.generate()
            )
            state.written = (reason, count, event)
            return event
        }
    }

    /// That event is in the log.
    func settle() {
        state.withLock { state in
            guard let written = state.written else { return }
            state.counts[written.reason, default: 0] -= written.count
            state.written = nil
            if state.counts.values.allSatisfy({ $0 == 0 }) {
                state.counts = [:]
                state.from = nil
                state.to = nil
            }
        }
    }
}
