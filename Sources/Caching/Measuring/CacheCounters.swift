import Metrics
import Synchronization

/// What became of the questions to one namespace. Counted by atomics, since a hit takes less than a microsecond; told to
/// Prometheus now and then.
package final class CacheCounters: Sendable {
    /// Why a value was not at hand, here or in Redis.
    package enum Miss: Int, CaseIterable, Sendable {
        case absent, expired, invalidated, behind

        package var name: String {
            switch self {
            case .absent: "absent"
            case .expired: "expired"
            case .invalidated: "invalidated"
            case .behind: "behind"
            }
        }
    }

    let hits = Atomic<Int>(0)
    let negativeHits = Atomic<Int>(0)
    let staleHits = Atomic<Int>(0)
    let sharedHits = Atomic<Int>(0)
    let absent = Atomic<Int>(0)
    let expired = Atomic<Int>(0)
    let invalidated = Atomic<Int>(0)
    let behind = Atomic<Int>(0)
    let loads = Atomic<Int>(0)
    let failures = Atomic<Int>(0)
    let joined = Atomic<Int>(0)
    let refreshes = Atomic<Int>(0)
    let poisoned = Atomic<Int>(0)
    let tooLarge = Atomic<Int>(0)
    let loadNanoseconds = Atomic<Int>(0)

    private let loadTimer: Timer
    private let told = Mutex<[String: Int]>([:])
    private let namespace: String

    init(_ namespace: String) {
        self.namespace = namespace
        loadTimer = Timer(label: "daybook_cache_load_duration_seconds", dimensions: [("namespace", namespace)])
    }

    func count(_ miss: Miss) {
        switch miss {
        case .absent: absent.add(1, ordering: .relaxed)
        case .expired: expired.add(1, ordering: .relaxed)
        case .invalidated: invalidated.add(1, ordering: .relaxed)
        case .behind: behind.add(1, ordering: .relaxed)
        }
    }

    func noteLoad(_ nanoseconds: Int64) {
        loads.add(1, ordering: .relaxed)
        loadNanoseconds.add(Int(nanoseconds), ordering: .relaxed)
        loadTimer.recordNanoseconds(nanoseconds)
    }

    /// The counts at a moment.
    package struct Figures: Sendable, Hashable {
        /// Answered from this process or, of those, past their time while they were read anew.
        package var hits = 0
        package var negativeHits = 0
        package var staleHits = 0
        /// Answered with what another replica had put into Redis.
        package var sharedHits = 0
        package var misses: [Miss: Int] = [:]
        package var loads = 0
        package var failures = 0
        /// Waited for a load that somebody else had asked for.
        package var joined = 0
        package var refreshes = 0
        package var poisoned = 0
        package var tooLarge = 0
        package var loadSeconds = 0.0

        package var missCount: Int { misses.values.reduce(0, +) }
        /// Of 1; nil where nobody has asked yet.
        package var hitRate: Double? {
            let all = hits + sharedHits + missCount
            return all == 0 ? nil : Double(hits + sharedHits) / Double(all)
        }
        package var meanLoadSeconds: Double? { loads == 0 ? nil : loadSeconds / Double(loads) }

        static func + (left: Figures, right: Figures) -> Figures {
            var sum = left
            sum.hits += right.hits
            sum.negativeHits += right.negativeHits
            sum.staleHits += right.staleHits
            sum.sharedHits += right.sharedHits
            sum.misses.merge(right.misses, uniquingKeysWith: +)
            sum.loads += right.loads
            sum.failures += right.failures
            sum.joined += right.joined
            sum.refreshes += right.refreshes
            sum.poisoned += right.poisoned
            sum.tooLarge += right.tooLarge
            sum.loadSeconds += right.loadSeconds
            return sum
        }
    }

    package var figures: Figures {
        Figures(
            hits: hits.load(ordering: .relaxed),
            negativeHits: negativeHits.load(ordering: .relaxed),
            staleHits: staleHits.load(ordering: .relaxed),
            sharedHits: sharedHits.load(ordering: .relaxed),
            misses: [
                .absent: absent.load(ordering: .relaxed), .expired: expired.load(ordering: .relaxed),
                .invalidated: invalidated.load(ordering: .relaxed), .behind: behind.load(ordering: .relaxed),
            ],
            loads: loads.load(ordering: .relaxed),
            failures: failures.load(ordering: .relaxed),
            joined: joined.load(ordering: .relaxed),
            refreshes: refreshes.load(ordering: .relaxed),
            poisoned: poisoned.load(ordering: .relaxed),
            tooLarge: tooLarge.load(ordering: .relaxed),
            loadSeconds: Double(loadNanoseconds.load(ordering: .relaxed)) / 1e9
        )
    }

    /// Tells Prometheus what was counted since the last time.
    func tell() {
        let figures = figures
        tell("daybook_cache_hits_total", [("level", "local")], figures.hits)
        tell("daybook_cache_hits_total", [("level", "shared")], figures.sharedHits)
        for (miss, count) in figures.misses { tell("daybook_cache_misses_total", [("reason", miss.name)], count) }
        tell("daybook_cache_load_failures_total", [], figures.failures)
        tell("daybook_cache_poisoned_total", [], figures.poisoned)
        tell("daybook_cache_refreshes_total", [], figures.refreshes)
    }

    private func tell(_ label: String, _ dimensions: [(String, String)], _ count: Int) {
        let place = label + dimensions.map { $0.1 }.joined()
        let more = told.withLock { told in
            defer { told[place] = count }
            return count - (told[place] ?? 0)
        }
        Counter(label: label, dimensions: [("namespace", namespace)] + dimensions).increment(by: more)
    }
}
