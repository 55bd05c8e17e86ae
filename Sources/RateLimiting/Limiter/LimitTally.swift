package import Frequencies
import Metrics
import Synchronization

/// What limits have done in this process: for metrics, and for whoever asks who is limited.
package final class LimitTally: Sendable {
    /// Who was refused, by which policy.
    package struct Limited: Sendable, Hashable {
        /// The policy.
        package var policy: String
        /// What the request had of the policy's partition.
        package var key: CellKey
    }

    private struct State {
        var denied: [String: Int64] = [:]
        var counters: [String: Counter] = [:]
        var limited = HeavyHitters<Limited>(capacity: 128)
    }

    private let state = Mutex(State())
    private let admitted = Counter(label: "daybook_rate_limit_admitted_total")
    private let unknown = Counter(label: "daybook_rate_limit_unknown_total")
    private let reachable = Gauge(label: "daybook_rate_limit_redis_up")

    init() {}

    func placeChanged(isReachable: Bool) { reachable.record(isReachable ? 1 : 0) }

    /// - Parameter isLast: whether nothing more is asked of the request: it is counted once.
    func note(_ verdict: LimitVerdict, _ questions: [RateLimiter.Question], isLast: Bool) {
        switch verdict.outcome {
        case .admitted: if isLast { admitted.increment() }
        case .unknown: unknown.increment()
        case .refused(let violated, _):
            state.withLock { state in
                for name in violated {
                    state.denied[name, default: 0] += 1
                    if let counter = state.counters[name] {
                        counter.increment()
                    } else {
                        let counter = Counter(label: "daybook_rate_limit_denied_total", dimensions: [("policy", name)])
                        counter.increment()
                        state.counters[name] = counter
                    }
                    guard let key = questions.first(where: { $0.key.policy == name })?.key else { continue }
                    state.limited.note(Limited(policy: name, key: key))
                }
            }
        }
    }

    /// How many requests each policy refused since the start.
    package var denied: [String: Int64] { state.withLock(\.denied) }

    /// Who was refused most, most first.
    package func limited(_ limit: Int) -> [HeavyHitters<Limited>.Entry] { state.withLock { $0.limited.top(limit) } }
}
