package import EventStore
import MerkleLog
package import Postgres
import Synchronization
package import Time

/// How far the continuous verification is.
package struct VerificationState: Sendable, Hashable {
    /// A pass over the whole log.
    package struct Pass: Sendable, Hashable {
        /// When it began: everything that was in the log then has been verified since.
        package var beganAt: Timestamp
        /// When it ended.
        package var endedAt: Timestamp
        /// How many events it verified.
        package var size: Int64
    }

    /// The last pass that was completed, by this server since it started.
    package var completed: Pass?
    /// How far the pass under way is.
    package var position: Int64 = 0
    /// When the pass under way began.
    package var beganAt: Timestamp?
    /// How much of the pass under way, or else of the last one, is not what the log's signatures say.
    package var findings: Int64 = 0
    /// The first position of it.
    package var firstBadPosition: Int64?
    /// The first of it, in a sentence.
    package var firstFinding: String?
    /// Events verified since the server started.
    package var verified: Int64 = 0
    /// When this was said.
    package var now = Timestamp.now()
}

/// Re-hashes the whole log again and again, at a pace that nobody feels.
///
/// A stretch begins with the stored hashes of what lies before it, which the stretches before have just verified. What
/// it finds stays found until a pass over the whole log finds nothing.
package final class VerificationPass: Sendable {
    private struct State {
        var shown = VerificationState()
        /// Of the pass under way.
        var findings: Int64 = 0
    }

    private let pool: PostgresPool
    private let store: EventStore
    private let pace: Int
    private let stretch: Int64
    private let pause: Duration
    private let state = Mutex(State())

    /// - Parameters:
    ///   - pace: how many events a second are verified; 0 for none.
    ///   - stretch: how many at a time.
    ///   - pause: how long between two passes.
    package init(
        store: EventStore,
        pool: PostgresPool,
        pace: Int,
        stretch: Int64 = 8_192,
        pause: Duration = .seconds(60)
    ) {
        self.store = store
        self.pool = pool
        self.pace = pace
        self.stretch = stretch
        self.pause = pause
    }

    /// Whether it never verifies.
    package var isOff: Bool { pace <= 0 }

    /// How far it is.
    package var current: VerificationState {
        var shown = state.withLock { $0.shown }
        shown.now = .now()
        return shown
    }

    /// Verifies until cancelled.
    package func run() async {
        guard !isOff else { return }
        while !Task.isCancelled {
            do {
                try await pass()
                try await Task.sleep(for: pause)
            } catch {
                // A database that is away is not a finding; health says that it is away.
                try? await Task.sleep(for: .seconds(5))
            }
        }
    }

    /// One pass over the whole log.
    package func pass() async throws {
        let beganAt = Timestamp.now()
        state.withLock { state in
            state.shown.position = 0
            state.shown.beganAt = beganAt
            state.findings = 0
        }
        let size = try await store.head().size
        var position: Int64 = 0
        var wasBarren = false
        while position < size {
            let start = ContinuousClock.now
            // The last stretch goes on to the end as it is then, so that head and surplus are checked too. So does one
            // after a stretch without events, over whatever gap: the head may claim more than anybody could go through.
            let isLast = wasBarren || size - position <= stretch
            let range = isLast && position == 0 ? nil : position..<(isLast ? Int64.max : position + stretch)
            let report = try await LogVerifier(pool: pool).verify(range, trustedKeys: store.keys.verifiers())
            note(report)
            position = report.range.upperBound
            wasBarren = report.events == 0
            if report.range.isEmpty { break }
            let took = ContinuousClock.now - start
            let due = Duration.seconds(Double(report.events) / Double(max(1, pace)))
            if due > took, position < size { try await Task.sleep(for: due - took) }
            try Task.checkCancellation()
        }
        state.withLock { state in
            state.shown.completed = .init(beganAt: beganAt, endedAt: .now(), size: position)
            state.shown.findings = state.findings
            if state.findings == 0 {
                state.shown.firstBadPosition = nil
                state.shown.firstFinding = nil
            }
        }
    }

    private func note(_ report: VerificationReport) {
        state.withLock { state in
            state.shown.position = report.range.upperBound
            state.shown.verified += report.events
            let found = Int64(report.findings.count + report.furtherFindings)
            guard found > 0 else { return }
            if state.findings == 0 {
                state.shown.firstBadPosition = report.firstBadPosition
                state.shown.firstFinding = report.findings.first?.message
            }
            state.findings += found
            state.shown.findings = max(state.shown.findings, state.findings)
        }
    }
}
