package import EventStore
import Events
import Foundation
package import MerkleLog
package import Postgres
import Synchronization

/// Callers who append, and who repeat what they were not told the outcome of, while something goes wrong.
package final class FaultLoad: Sendable {
    /// An append whose caller was told that it is in the log.
    package struct Acknowledgement: Sendable {
        /// The caller's own name for it.
        package var name: String
        package var event: Receipt.Event

        package init(name: String, event: Receipt.Event) {
            self.name = name
            self.event = event
        }
    }

    private struct State {
        var acknowledged: [Acknowledgement] = []
        var unanswered: Set<String> = []
        var failures: [AppendError.Code: Int] = [:]
        var slowest = Duration.zero
    }

    private let lanes: Int
    private let prefix: String
    private let state = Mutex(State())

    /// - Parameter prefix: tells the appends of this load from those of another on the same log.
    package init(lanes: Int, prefix: String = "load") {
        self.lanes = lanes
        self.prefix = prefix
    }

    package var acknowledged: [Acknowledgement] { state.withLock { $0.acknowledged } }
    /// How often which error was met.
    package var failures: [AppendError.Code: Int] { state.withLock { $0.failures } }
    /// The longest that a caller waited for an answer of whatever kind.
    package var slowest: Duration { state.withLock { $0.slowest } }

    /// Appends until cancelled; each caller waits for its answer before it goes on.
    package func run(on store: EventStore) async {
        await withTaskGroup(of: Void.self) { group in
            for lane in 0..<lanes { group.addTask { await self.runLane(lane, store) } }
        }
    }

    private func runLane(_ lane: Int, _ store: EventStore) async {
        var count = 0
        while !Task.isCancelled {
            count += 1
            let name = "\(prefix)-\(lane)-\(count)"
            let request = Self.request(name, lane: lane)
            state.withLock { _ = $0.unanswered.insert(name) }
            while !Task.isCancelled, await !attempt(request, name, store) {}
        }
    }

    /// One try; true once the append is known to be in the log.
    private func attempt(_ request: AppendRequest, _ name: String, _ store: EventStore) async -> Bool {
        let start = ContinuousClock.now
        do {
            let receipt = try await store.append(request)
            let took = ContinuousClock.now - start
            state.withLock { state in
                state.acknowledged += receipt.events.map { Acknowledgement(name: name, event: $0) }
                state.unanswered.remove(name)
                state.slowest = max(state.slowest, took)
            }
            return true
        } catch {
            let took = ContinuousClock.now - start
            state.withLock { state in
                if let error = error as? AppendError { state.failures[error.code, default: 0] += 1 }
                state.slowest = max(state.slowest, took)
            }
            try? await Task.sleep(for: .milliseconds(20))
            return false
        }
    }

    /// A request that may be repeated: the same event, under the same key.
    package static func request(_ name: String, lane: Int) -> AppendRequest {
        let event = Identity.UserRegistered(userID: name, kind: .person, name: lane % 2 == 0 ? "Somebody" : nil)
        return AppendRequest(
            streams: [StreamAppend(stream: "lane-\(lane % 5)", events: [NewEvent(event)])],
            actor: "load",
            idempotency: IdempotencyKey(scope: "load", key: name, requestDigest: Array(name.utf8))
        )
    }

    /// What is wrong with a log after all: nothing, where every acknowledged event is there once, in its place, and
    /// verification holds.
    package static func problems(
        _ acknowledged: [Acknowledgement],
        pool: PostgresPool,
        keys: KeyStore,
        kept: [SignedNote] = []
    ) async throws -> [String] {
        var problems: [String] = []
        let told = Dictionary(acknowledged.map { ($0.event.position, $0) }) { first, second in
            problems.append("Position \(first.event.position) was acknowledged to two callers.")
            return first
        }
        var seen: Set<String> = []
        var found = 0
        var position: Int64 = 0
        let reader = LogReader(pool: pool)
        while true {
            let page = try await reader.events(from: position, limit: 5_000)
            guard let last = page.last else { break }
            for event in page where event.type == Identity.UserRegistered.type {
                let name = try event.decode(Identity.UserRegistered.self).userID
                if !seen.insert(name).inserted { problems.append("\(name) is in the log twice.") }
                guard let expected = told[event.position] else { continue }
                found += 1
                let event = Receipt.Event(
                    position: event.position,
                    id: event.header.id,
                    stream: expected.event.stream,
                    version: event.header.version,
                    leaf: event.leaf
                )
                if expected.name != name || expected.event != event {
                    problems.append("Position \(event.position) is not what was acknowledged.")
                }
            }
            position = last.position + 1
        }
        if found != told.count { problems.append("\(told.count - found) acknowledged events are missing.") }
        let report = try await LogVerifier(pool: pool).verify(
            trustedKeys: keys.verifiers(),
            trustedCheckpoints: kept
        )
        return problems + report.findings.map(\.message)
    }
}
