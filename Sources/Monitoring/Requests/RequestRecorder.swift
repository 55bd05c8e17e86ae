package import EventStore
import Events
import JSON
import Synchronization
import Time

/// Records every request: counts it for metrics, and makes an event of it together with the others of the same second.
///
/// A request pays for being taken down, no more. Nothing waits for the log: while it cannot be written requests wait in
/// a bounded buffer, and beyond it they are counted, not kept.
package final class RequestRecorder: Sendable {
    private struct Waiting {
        var records: [RequestRecord] = []
        var overflow: Int64 = 0
    }

    /// What only the one who records touches.
    private struct Work {
        /// Events that a log that could not be written has not taken yet.
        var batches: [(event: NewEvent, count: Int)] = []
        /// Measurements that a log that could not be written has not taken yet.
        var unrecorded: [(event: NewEvent, count: Int64)] = []
        var measured: [RouteKey: RouteMeasurement] = [:]
        var measuredFrom = Timestamp.now()
        var series: [RouteKey: RouteSeries] = [:]
        var sample: UInt64 = 0
        /// Requests that sampling left out, not told by an event yet.
        var leftOut = 0
    }

    /// How many requests are looked at before others get a turn.
    private static let slice = 100

    private struct RouteKey: Hashable {
        var method: String
        var route: String
    }

    private let settings: RequestSettings
    private let store: EventStore
    private let registry: PrometheusRegistry
    private let node: String
    private let waiting = Mutex(Waiting())
    private let work = Mutex(Work())
    private let inFlight = Atomic<Int>(0)
    /// Who looks at what came. Never waits for the log.
    private let digesting = AsyncTurn()
    /// Who appends.
    private let appending = AsyncTurn()
    private let drops: DropCount
    /// What the last minutes were like, for alerts.
    package let recent: RecentRequests

    /// A recorder that appends to a log.
    package init(
        _ settings: RequestSettings = RequestSettings(),
        store: EventStore,
        registry: PrometheusRegistry,
        node: String
    ) {
        self.settings = settings
        self.store = store
        self.registry = registry
        self.node = node
        recent = RecentRequests()
        drops = DropCount(.requests, registry: registry)
    }

    /// Requests that were not recorded so far.
    package var dropped: Int64 { drops.total }

    /// Whether nothing waits to be looked at.
    var isDigested: Bool { waiting.withLock { $0.records.isEmpty } }

    /// Notes that a request has arrived.
    package func begin() { inFlight.wrappingAdd(1, ordering: .relaxed) }

    /// Takes down a request that was answered.
    package func end(_ record: RequestRecord) {
        inFlight.wrappingSubtract(1, ordering: .relaxed)
        waiting.withLock { waiting in
            guard waiting.records.count < settings.capacity else {
                waiting.overflow += 1
                return
            }
            waiting.records.append(record)
        }
    }

    /// Records until cancelled.
    package func run() async {
        var untilMetrics = settings.metricsInterval
        while !Task.isCancelled {
            try? await Task.sleep(for: settings.interval)
            untilMetrics -= settings.interval
            let measures = untilMetrics <= .zero
            if measures { untilMetrics = settings.metricsInterval }
            await record(measurements: measures)
        }
    }

    /// Records all that came, now. Reads call it first, so that whoever asks sees what went before.
    ///
    /// - Parameter measurements: whether also what was measured becomes an event.
    /// - Returns: whether all of it is in the log.
    @discardableResult
    package func record(measurements: Bool = false) async -> Bool {
        await appending.take {
            await self.digest()
            return await self.append(measurements: measurements)
        }
    }

    /// Brings the metrics up to date, without recording anything; also while the log cannot be written.
    package func digest() async {
        await digesting.take { await self.digestAll() }
    }

    /// A little at a time, so that requests do not wait behind it for a processor.
    private func digestAll() async {
        let (records, overflow) = waiting.withLock { waiting in
            defer { waiting = Waiting() }
            return (waiting.records, waiting.overflow)
        }
        registry.gauge("daybook_http_requests_in_flight").set(Int64(inFlight.load(ordering: .relaxed)))
        drops.note(overflow, .overload)
        recent.note(records)
        var batch = RequestBatch(from: records.lazy.map(\.startedAt).min() ?? .now())
        for start in stride(from: 0, to: records.count, by: Self.slice) {
            let part = records[start..<min(start + Self.slice, records.count)]
            work.withLock { work in digest(part, &work, &batch) }
            await Task.yield()
        }
        let kept = work.withLock { work in
            close(&batch, &work)
            return work.batches.reduce(0) { $0 + $1.count }
        }
        registry.gauge("daybook_records_waiting", [("what", "requests")]).set(Int64(kept))
    }

    private func digest(_ records: ArraySlice<RequestRecord>, _ work: inout Work, _ batch: inout RequestBatch) {
        for record in records {
            let key = RouteKey(method: record.method, route: record.route)
            work.measured[key, default: RouteMeasurement(method: record.method, route: record.route)].record(record)
            work.series[key, default: RouteSeries(method: key.method, route: key.route, registry)]
                .note(record, registry)
            guard record.isError || isSampled(&work) else {
                work.leftOut += 1
                continue
            }
            batch.append(record)
            if batch.count >= settings.batch || batch.isFull { close(&batch, &work) }
        }
    }

    /// Makes an event of the batch, and begins another.
    private func close(_ batch: inout RequestBatch, _ work: inout Work) {
        guard batch.count > 0 else { return }
        batch.leftOut = work.leftOut
        work.leftOut = 0
        if work.batches.reduce(0, { $0 + $1.count }) + batch.count <= settings.waitingRequests {
            work.batches.append((batch.event(node: node), batch.count))
        } else {
            drops.note(Int64(batch.count), .overload)
        }
        batch = RequestBatch(from: batch.from)
    }

    private func isSampled(_ work: inout Work) -> Bool {
        if settings.sampledPerThousand >= 1_000 { return true }
        // A Weyl sequence: even, and not in step with whatever repeats in the requests.
        work.sample &+= 0x9E37_79B9_7F4A_7C15
        return ((work.sample >> 32) * 1_000) >> 32 < UInt64(max(0, settings.sampledPerThousand))
    }

    // MARK: Events

    private func append(measurements: Bool) async -> Bool {
        while let (event, count) = work.withLock({ $0.batches.first }) {
            switch await store.attempt([event], on: "requests") {
            case .recorded: registry.counter("daybook_requests_recorded_total").increment(by: Int64(count))
            case .refused: drops.note(Int64(count), .overload)
            case .failed: return false
            }
            work.withLock { _ = $0.batches.removeFirst() }
        }
        if measurements, await !appendMeasurements() { return false }
        guard let dropped = drops.event(node: node) else { return true }
        guard case .recorded = await store.attempt([dropped], on: "requests") else { return false }
        drops.settle()
        return true
    }

    private func appendMeasurements() async -> Bool {
        // What an earlier attempt left, and then what was measured since.
        while let (event, count) = work.withLock({ nextMeasurements(&$0) }) {
            switch await store.attempt([event], on: "request-metrics") {
            case .recorded: break
            case .refused: countDroppedMeasurements(of: count)
            case .failed: return false
            }
            work.withLock { _ = $0.unrecorded.removeFirst() }
        }
        return true
    }

    /// The requests themselves are recorded elsewhere, so they are none that were dropped.
    private func countDroppedMeasurements(of requests: Int64) {
        registry.counter(
            "daybook_records_dropped_total",
            [("what", "measurements"), ("reason", Logs.Dropped.Reason.overload.rawValue)]
        ).increment(by: requests)
    }

    private func nextMeasurements(_ work: inout Work) -> (event: NewEvent, count: Int64)? {
        if let first = work.unrecorded.first { return first }
        let now = Timestamp.now()
        let (measured, from) = (work.measured, work.measuredFrom)
        work.measured = [:]
        work.measuredFrom = now
        work.unrecorded = Self.metricsEvents(measured.values.map { $0 }, from: from, to: now, node: node)
        return work.unrecorded.first
    }

    /// The events of measurements of one stretch of time, each with how many requests it tells of: several where one would
    /// be larger than its schema allows.
    static func metricsEvents(
        _ measurements: [RouteMeasurement],
        from: Timestamp,
        to: Timestamp,
        node: String,
        byteLimit: Int = RequestBatch.byteLimit
    ) -> [(event: NewEvent, count: Int64)] {
        var parts: [[RouteMeasurement]] = []
        var bytes = 0
        for measurement in measurements.sorted(by: { ($0.route, $0.method) < ($1.route, $1.method) }) {
            var json = JSONWriter()
            measurement.write(to: &json)
            if parts.isEmpty || bytes + json.bytes.count > byteLimit {
                parts.append([])
                bytes = 0
            }
            parts[parts.count - 1].append(measurement)
            bytes += json.bytes.count + 1
        }
        return parts.map { part in
            (event: metricsEvent(part, from: from, to: to, node: node), count: part.reduce(0) { $0 + $1.requests })
        }
    }

    private static func metricsEvent(
        _ sorted: [RouteMeasurement],
        from: Timestamp,
        to: Timestamp,
        node: String
    ) -> NewEvent {
        var json = JSONWriter(reservingCapacity: 8_192)
        json.object { json in
            json.member("node", node)
            json.member("from", from)
            json.member("to", to)
            json.member("requests", sorted.reduce(0) { $0 + $1.requests })
            json.member("clientErrors", sorted.reduce(0) { $0 + $1.clientErrors })
            json.member("serverErrors", sorted.reduce(0) { $0 + $1.serverErrors })
            json.member("routes", array: { json in for measurement in sorted { measurement.write(to: &json) } })
        }
        return NewEvent(
            type: Logs.RequestMetrics.type,
            schemaVersion: Logs.RequestMetrics.schemaVersion,
            data: json.bytes,
            personal: nil,
            id: UUIDv7.generate()
        )
    }
}
