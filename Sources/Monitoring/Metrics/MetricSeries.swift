import CoreMetrics
import Synchronization

/// A number that only grows.
package final class MetricCounter: CounterHandler, MetricSeries {
    private let value = Atomic<Int64>(0)

    /// What was counted so far.
    package var count: Int64 { value.load(ordering: .relaxed) }

    package func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }
    package func reset() { value.store(0, ordering: .relaxed) }

    /// For what is counted elsewhere: moves on to a total, never back.
    package func advance(to total: Int64) { value.max(total, ordering: .relaxed) }

    func write(_ name: String, _ labels: String, to text: inout String) {
        text += "\(name)\(MetricText.braces(labels)) \(count)\n"
    }
}

/// Whole counts for a counter that is incremented by fractions, which are kept until they add up.
final class AccumulatingCounter: FloatingPointCounterHandler, Sendable {
    private let counter: MetricCounter
    private let fraction = Mutex(0.0)

    init(_ counter: MetricCounter) { self.counter = counter }

    func increment(by amount: Double) {
        guard amount.isFinite, amount > 0, amount < 1e15 else { return }
        let whole = fraction.withLock { fraction in
            fraction += amount
            let whole = fraction.rounded(.down)
            fraction -= whole
            return whole
        }
        counter.increment(by: Int64(whole))
    }

    func reset() { counter.reset() }
}

/// A number that goes up and down.
package final class MetricGauge: RecorderHandler, MeterHandler, MetricSeries {
    private let bits = Atomic<UInt64>(0)

    /// The number now.
    package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    package func record(_ value: Int64) { set(Double(value)) }
    package func record(_ value: Double) { set(value) }
    package func set(_ value: Int64) { set(Double(value)) }
    package func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
    package func increment(by amount: Double) { change(by: amount) }
    package func decrement(by amount: Double) { change(by: -amount) }

    private func change(by amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (exchanged, original) = bits.compareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }

    func write(_ name: String, _ labels: String, to text: inout String) {
        text += "\(name)\(MetricText.braces(labels)) \(MetricText.number(value))\n"
    }
}

/// Counts by bounds, as Prometheus takes quantiles from.
package final class MetricHistogram: RecorderHandler, TimerHandler, MetricSeries {
    private struct Counts {
        var buckets: [Int64]
        var sum = 0.0
        var count: Int64 = 0
    }

    private let bounds: [Double]
    private let counts: Mutex<Counts>

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Mutex(Counts(buckets: [Int64](repeating: 0, count: bounds.count)))
    }

    package func record(_ value: Int64) { record(Double(value)) }

    package func record(_ value: Double) {
        counts.withLock { counts in
            counts.sum += value
            counts.count += 1
            if let index = bounds.firstIndex(where: { value <= $0 }) { counts.buckets[index] += 1 }
        }
    }

    package func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func write(_ name: String, _ labels: String, to text: inout String) {
        let counts = counts.withLock { $0 }
        var total: Int64 = 0
        for (bound, count) in zip(bounds, counts.buckets) {
            total += count
            text += "\(name)_bucket\(MetricText.braces(labels, "le=\"\(MetricText.number(bound))\"")) \(total)\n"
        }
        text += "\(name)_bucket\(MetricText.braces(labels, "le=\"+Inf\"")) \(counts.count)\n"
        text += "\(name)_sum\(MetricText.braces(labels)) \(MetricText.number(counts.sum))\n"
        text += "\(name)_count\(MetricText.braces(labels)) \(counts.count)\n"
    }

    /// Bounds that fit the unit in which a name ends.
    static func bounds(for name: String) -> [Double] {
        if name.hasSuffix("_seconds") {
            return [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
        }
        if name.hasSuffix("_bytes") { return [256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 16_777_216] }
        return [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 4_096, 16_384]
    }
}
