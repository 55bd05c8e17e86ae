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
    /// Events that were made and not appended. They are tried again as they are: should the log have them after all, it
    /// knows them by their ids.
    private struct Made {
        var events: [NewEvent]
        /// How many decisions they hold.
        var count: Int
    }

    private struct Waiting {
        var made: Made?
        var decisions: [Decision] = []
        var callers: [CheckedContinuation<Receipt?, any Error>] = []
        var lost: Int64 = 0
        var isWriting = false

        var hasWork: Bool { made != nil || !decisions.isEmpty || !callers.isEmpty }
    }

    /// How many events, of up to a megabyte each, one append has at most.
    private static let eventsPerAppend = 8

    /// What an attempt to write took out of the buffer.
    private struct Taken {
        var made: Made?
        var decisions: ArraySlice<Decision>
        var callers: [CheckedContinuation<Receipt?, any Error>]
        var lost: Int64

        var isEmpty: Bool { made == nil && decisions.isEmpty && lost == 0 }
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
            let room = max(0, settings.capacity - waiting.decisions.count - (waiting.made?.count ?? 0))
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
            if waiting.isWriting || !waiting.hasWork { return false }
            waiting.isWriting = true
            return true
        }
        if starts { Task { await writeAll() } }
    }

    private func writeAll() async {
        while var taken = take() {
            do {
                var receipt: Receipt?
                while !taken.isEmpty { receipt = try await append(&taken) }
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
            guard waiting.hasWork else {
                waiting.isWriting = false
                return nil
            }
            // Who waits is answered by the event that holds all that came before: so all of it is taken at once.
            defer { waiting = Waiting(isWriting: true) }
            return Taken(
                made: waiting.made,
                decisions: waiting.decisions[...],
                callers: waiting.callers,
                lost: waiting.lost
            )
        }
    }

    /// Puts back what was taken and not recorded, and stops writing.
    ///
    /// - Returns: those who have come since, and wait.
    private func giveBack(_ taken: Taken) -> [CheckedContinuation<Receipt?, any Error>] {
        let (overflow, others) = waiting.withLock { waiting in
            waiting.made = taken.made
            waiting.decisions.insert(contentsOf: taken.decisions, at: 0)
            let room = max(0, settings.capacity - (taken.made?.count ?? 0))
            let overflow = max(0, waiting.decisions.count - room)
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
    private func append(_ taken: inout Taken) async throws -> Receipt {
        let made = taken.made ?? make(of: &taken)
        taken.made = made
        let receipt = try await store.append(
            AppendRequest(
                streams: [StreamAppend(stream: "decisions", events: made.events)],
                actor: EventStore.systemActor
            )
        )
        taken.made = nil
        recorded.increment(by: made.count)
        return receipt
    }

    private func make(of taken: inout Taken) -> Made {
        var made = Made(events: [], count: 0)
        while made.events.count < Self.eventsPerAppend, !taken.decisions.isEmpty || taken.lost > 0 {
            var batch = DecisionBatch(from: taken.decisions.prefix(settings.batch).lazy.map(\.at).min() ?? .now())
            while let decision = taken.decisions.first, batch.count < settings.batch, !batch.isFull {
                batch.append(decision)
                taken.decisions.removeFirst()
            }
            made.events.append(batch.event(node: node, lost: taken.lost))
            made.count += batch.count
            taken.lost = 0
        }
        return made
    }
}
