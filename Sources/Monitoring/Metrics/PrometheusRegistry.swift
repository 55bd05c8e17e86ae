package import CoreMetrics
import Synchronization

/// The metrics of this process, in the form that Prometheus reads: a backend of swift-metrics.
///
/// Everything is kept in memory, in atomics; nothing is computed before somebody scrapes. A label never holds an id, so
/// the number of series is bounded by the program; beyond ``seriesLimit`` of one name further ones share a series.
package final class PrometheusRegistry: MetricsFactory, Sendable {
    /// How many series one name may have.
    package static let seriesLimit = 2_000

    /// What this process's swift-metrics writes to, once ``bootstrap()`` was called.
    package static let process = PrometheusRegistry()

    private static let isBootstrapped: Void = MetricsSystem.bootstrap(process)

    /// Makes swift-metrics write to ``process``. May be called again; does nothing then.
    package static func bootstrap() { _ = isBootstrapped }

    private let families = Mutex<[String: MetricFamily]>([:])

    /// An empty registry.
    package init() {}

    // MARK: swift-metrics

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions)
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        AccumulatingCounter(counter(label, dimensions))
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate { histogram(label, dimensions) } else { gauge(label, dimensions) }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions)
    }

    // Series live as long as the process: a counter that vanished and began again at zero would look like a restart.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    // MARK: Series

    /// The counter of a name and labels.
    package func counter(_ name: String, _ labels: [(String, String)] = []) -> MetricCounter {
        series(name, .counter, labels) { MetricCounter() }
    }

    /// The gauge of a name and labels.
    package func gauge(_ name: String, _ labels: [(String, String)] = []) -> MetricGauge {
        series(name, .gauge, labels) { MetricGauge() }
    }

    /// The histogram of a name and labels.
    package func histogram(_ name: String, _ labels: [(String, String)] = []) -> MetricHistogram {
        series(name, .histogram, labels) { MetricHistogram(bounds: MetricHistogram.bounds(for: name)) }
    }

    private func series<Series: MetricSeries>(
        _ name: String,
        _ kind: MetricFamily.Kind,
        _ labels: [(String, String)],
        _ make: () -> Series
    ) -> Series {
        let name = MetricText.name(name)
        return families.withLock { families in
            var key = MetricText.labels(labels)
            if let known = families[name]?.series[key] {
                // A name that is used for two kinds of thing: what is not shown is still harmless to record.
                return known as? Series ?? make()
            }
            let count = families[name]?.series.count ?? 0
            if count >= Self.seriesLimit { key = MetricText.labels(labels.map { ($0.0, "other") }) }
            if let shared = families[name]?.series[key] { return shared as? Series ?? make() }
            let made = make()
            families[name, default: MetricFamily(kind: kind)].series[key] = made
            return made
        }
    }

    /// Everything in the text format 0.0.4 of Prometheus, by name.
    package func exposition() -> [UInt8] {
        let families = families.withLock { $0 }
        var text = ""
        text.reserveCapacity(16_384)
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text += "# HELP \(name) \(MetricHelp.text(name))\n# TYPE \(name) \(family.kind.rawValue)\n"
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                series.write(name, labels, to: &text)
            }
        }
        return Array(text.utf8)
    }
}

/// The series of one name.
struct MetricFamily: Sendable {
    enum Kind: String, Sendable { case counter, gauge, histogram }

    let kind: Kind
    var series: [String: any MetricSeries] = [:]
}

/// One line of values, or the lines of one histogram.
protocol MetricSeries: AnyObject, Sendable {
    func write(_ name: String, _ labels: String, to text: inout String)
}
