package import EventStore
import Events
import Synchronization
import Time

/// Makes events of log entries, in batches, off everybody's path.
///
/// It says nothing itself: what goes wrong here is counted, shown in metrics and health, and recorded when recording
/// works again. Entries wait in a bounded buffer for as long as the log cannot be written.
package final class LogRecorder: Sendable {
    /// How many entries go into one append.
    private static let batch = 256

    private let core: LogCore
    private let store: EventStore
    private let registry: PrometheusRegistry
    private let node: String
    /// Made and not appended yet. They are tried again as they are: should the log have them after all, it knows them by
    /// their ids.
    private let pending = Mutex<[NewEvent]>([])
    private let turn = AsyncTurn()
    private let drops: DropCount

    /// A recorder of a core's entries.
    package init(_ core: LogCore, store: EventStore, registry: PrometheusRegistry, node: String) {
        self.core = core
        self.store = store
        self.registry = registry
        self.node = node
        drops = DropCount(.entries, registry: registry)
    }

    /// Entries that were not recorded so far.
    package var dropped: Int64 { drops.total }

    /// Records until cancelled.
    package func run() async {
        core.beginRecording()
        while !Task.isCancelled {
            let isDone = await record()
            try? await Task.sleep(for: isDone ? .milliseconds(500) : .seconds(1))
        }
    }

    /// Records what waits, once; false if that did not work. One at a time: whoever comes meanwhile waits.
    @discardableResult
    package func record() async -> Bool {
        await turn.take { await self.recordAll() }
    }

    private func recordAll() async -> Bool {
        drops.note(core.droppedEvents.exchange(0, ordering: .relaxed), .overload)
        drops.note(core.droppedLines.exchange(0, ordering: .relaxed), .overload)
        drops.note(core.suppressedWhileFailing(), .feedback)
        while true {
            if pending.withLock({ $0.isEmpty }) {
                let entries = core.takeForEvents(Self.batch)
                let events = entries.map { NewEvent($0.payload(node: node), id: UUIDv7.generate()) }
                pending.withLock { $0 = events }
            }
            let events = pending.withLock { $0 }
            guard !events.isEmpty else { break }
            let outcome = await Halving.record(events) { await self.attempt($0) }
            pending.withLock { $0.removeFirst(outcome.settled) }
            registry.counter("daybook_log_entries_recorded_total").increment(by: Int64(outcome.recorded))
            // The schema knows no reason of its own for what the log refuses.
            drops.note(Int64(outcome.refused), .overload)
            guard outcome.isDone else { return false }
        }
        guard let event = drops.event(node: node) else { return true }
        if case .failed = await attempt([event]) { return false }
        drops.settle()
        return true
    }

    private func attempt(_ events: [NewEvent]) async -> SystemAppend {
        let answer = await store.attempt(events, on: "log-entries")
        // What failing and refusals make others say is not recorded: each of them would make for more.
        if case .recorded = answer {
            core.isFailing.store(false, ordering: .relaxed)
        } else {
            core.isFailing.store(true, ordering: .relaxed)
        }
        return answer
    }
}
