package import EventStore
import Metrics
import ServiceLifecycle
import Synchronization
import Time

/// The decision log: makes events of decisions, many to an event.
///
/// A check pays for being taken down, no more. While the log cannot be written decisions wait in a bounded buffer; what
/// does not fit is counted, in the metrics and in the next event that can be written.
package final class DecisionRecorder: Service, Sendable {
    private struct Waiting {
        var decisions: [Decision] = []
        var callers: [CheckedContinuation<Receipt?, any Error>] = []
        var lost: Int64 = 0
        var isWriting = false
    }

    /// How many events, of up to a megabyte each, one append has at most.
    private static let eventsPerAppend = 8

    /// What an attempt to write took out of the buffer.
    private struct Taken {
        var decisions: ArraySlice<Decision>
        var callers: [CheckedContinuation<Receipt?, any Error>]
        var lost: Int64
    }

    /// What is recorded, and how.
    package let settings: DecisionLogSettings
    private let store: EventStore
    private let node: String
    private let waiting = Mutex(Waiting())
    private let recorded = Counter(label: "daybook_decisions_recorded_total")
    private let lost = Counter(label: "daybook_decisions_lost_total")
    private let lostSoFar = Atomic<Int64>(0)

    /// A recorder that appends to a log.
    package init(_ settings: DecisionLogSettings, store: EventStore, node: String) {
        self.settings = settings
        self.store = store
        self.node = node
    }

    /// How many decisions could not be recorded so far.
    package var lostCount: Int64 { lostSoFar.load(ordering: .relaxed) }

    /// Takes decisions down; in strict mode returns once they are in the log, and else at once.
    ///
    /// - Returns: in strict mode where they are.
    /// - Throws: in strict mode what kept them from being recorded. They may be recorded later all the same.
    @discardableResult
    package func record(_ decisions: [Decision]) async throws -> Receipt? {
        switch settings.mode {
        case .off: return nil
        case .buffered:
            note(decisions)
            return nil
        case .strict: return try await write(decisions)
        }
    }

    /// Writes all that waits, so that whoever reads sees what went before.
    package func settle() async throws {
        guard settings.mode != .off else { return }
        _ = try await write([])
    }

    /// Writes what waits again and again until cancelled, and then once more.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: self.settings.interval)
                self.startWriting()
            }
        }
        try? await settle()
    }

    private func note(_ decisions: [Decision]) {
        let (isFull, overflow) = waiting.withLock { waiting in
            let room = max(0, settings.capacity - waiting.decisions.count)
            waiting.decisions.append(contentsOf: decisions.prefix(room))
            let overflow = decisions.count - min(room, decisions.count)
            waiting.lost += Int64(overflow)
            return (waiting.decisions.count >= settings.batch, overflow)
        }
        noteLost(overflow)
        if isFull { startWriting() }
    }

    private func noteLost(_ count: Int) {
        guard count > 0 else { return }
        lost.increment(by: count)
        lostSoFar.wrappingAdd(Int64(count), ordering: .relaxed)
    }

    private func write(_ decisions: [Decision]) async throws -> Receipt? {
        try await withCheckedThrowingContinuation { caller in
            waiting.withLock { waiting in
                waiting.decisions.append(contentsOf: decisions)
                waiting.callers.append(caller)
            }
            startWriting()
        }
    }

    /// One writes at a time; whoever comes meanwhile shares the next event.
    private func startWriting() {
        let starts = waiting.withLock { waiting in
            if waiting.isWriting || (waiting.decisions.isEmpty && waiting.callers.isEmpty) { return false }
            waiting.isWriting = true
            return true
        }
        if starts { Task { await writeAll() } }
    }

    private func writeAll() async {
        while var taken = take() {
            do {
                var receipt: Receipt?
                repeat { receipt = try await append(&taken) ?? receipt } while !taken.decisions.isEmpty
                for caller in taken.callers { caller.resume(returning: receipt) }
            } catch {
                // Whoever came meanwhile waits for the same.
                let others = giveBack(taken)
                for caller in taken.callers + others { caller.resume(throwing: error) }
                return
            }
        }
    }

    private func take() -> Taken? {
        waiting.withLock { waiting in
            guard !waiting.decisions.isEmpty || !waiting.callers.isEmpty else {
                waiting.isWriting = false
                return nil
            }
            // Who waits is answered by the event that holds all that came before: so all of it is taken at once.
            let taken = Taken(decisions: waiting.decisions[...], callers: waiting.callers, lost: waiting.lost)
            waiting.decisions = []
            waiting.callers = []
            waiting.lost = 0
            return taken
        }
    }

    /// Puts back what was taken and not recorded, and stops writing.
    ///
    /// - Returns: those who have come since, and wait.
    private func giveBack(_ taken: Taken) -> [CheckedContinuation<Receipt?, any Error>] {
        let (overflow, others) = waiting.withLock { waiting in
            let kept = taken.decisions.prefix(settings.capacity)
            waiting.decisions.insert(contentsOf: kept, at: 0)
            let overflow = max(0, waiting.decisions.count - settings.capacity)
            waiting.decisions.removeLast(overflow)
            waiting.lost += taken.lost + Int64(overflow)
            waiting.isWriting = false
            defer { waiting.callers = [] }
            return (overflow, waiting.callers)
        }
        noteLost(overflow)
        return others
    }

    /// Records some of what was taken, as much as one append should hold, and leaves the rest.
    private func append(_ taken: inout Taken) async throws -> Receipt? {
        var rest = taken.decisions
        var lost = taken.lost
        var events: [NewEvent] = []
        while events.count < Self.eventsPerAppend, !rest.isEmpty || lost > 0 {
            var batch = DecisionBatch(from: rest.prefix(settings.batch).lazy.map(\.at).min() ?? .now())
            while let decision = rest.first, batch.count < settings.batch, !batch.isFull {
                batch.append(decision)
                rest.removeFirst()
            }
            events.append(batch.event(node: node, lost: lost))
            lost = 0
        }
        guard !events.isEmpty else { return nil }
        let receipt = try await store.append(
            AppendRequest(
                streams: [StreamAppend(stream: "decisions", events: events)],
                actor: EventStore.systemActor
            )
        )
        recorded.increment(by: taken.decisions.count - rest.count)
        taken.decisions = rest
        taken.lost = 0
        return receipt
    }
}
