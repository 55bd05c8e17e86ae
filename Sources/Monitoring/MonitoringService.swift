package import EventStore
import Events
package import Logging
package import Postgres
package import ProjectionEngine
import Synchronization
import Time

/// Watches a running system: records what it says and what it is asked, looks at its health, raises alerts, verifies
/// the log all the while, and answers for metrics.
package final class MonitoringService: Sendable {
    /// The settings.
    package let settings: MonitoringSettings
    /// Records requests.
    package let requests: RequestRecorder
    /// Looks at health.
    package let health: HealthMonitor
    /// Raises alerts.
    package let alerts: AlertMonitor
    /// Verifies the log.
    package let verification: VerificationPass
    /// Reads.
    package let reader: MonitoringReader
    /// Answers for metrics.
    package let metrics: MetricCollector
    /// Where log entries go; nil where this process's logging is not Daybook's.
    package let logs: LogCore?
    /// The metrics themselves.
    package let registry: PrometheusRegistry

    let store: EventStore
    let logger: Logger
    private let entries: LogRecorder?
    let projectionEngine: ProjectionEngine
    private let lastDropped = Mutex<Int64>(0)
    private let lastLost = Mutex<Int64>(0)
    private let levelsFrom = Mutex<Int64?>(nil)

    /// Watches the parts of a system.
    ///
    /// - Parameters:
    ///   - pools: by the names that metrics give them.
    ///   - quietPool: what the verification and the looks at health use.
    package init(
        _ settings: MonitoringSettings,
        store: EventStore,
        pool: PostgresPool,
        quietPool: PostgresPool,
        projections: ProjectionEngine,
        logs: LogCore?,
        registry: PrometheusRegistry = .process,
        logger: Logger
    ) throws {
        self.settings = settings
        self.store = store
        projectionEngine = projections
        self.logs = logs
        self.registry = registry
        self.logger = logger
        let node = settings.node
        let requests = RequestRecorder(settings.requests, store: store, registry: registry, node: node)
        let entries = logs.map { LogRecorder($0, store: store, registry: registry, node: node) }
        self.requests = requests
        self.entries = entries
        verification = VerificationPass(store: store, pool: quietPool, pace: settings.verificationPace)
        health = HealthMonitor(
            store: store,
            pool: pool,
            projections: projections,
            verification: verification,
            dataDirectory: settings.dataDirectory,
            node: node,
            dropped: { requests.dropped + (entries?.dropped ?? 0) }
        )
        alerts = AlertMonitor(rules: settings.rules, store: store, registry: registry, node: node, logger: logger)
        reader = try MonitoringReader(store: store, pool: pool, engine: projections)
        metrics = MetricCollector(registry)
        collect(pools: [("requests", pool), ("followers", quietPool)])
    }

    /// Watches until cancelled. Call ``finish()`` afterwards.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            if let entries { group.addTask { await entries.run() } }
            group.addTask { await self.requests.run() }
            group.addTask { await self.verification.run() }
            group.addTask { await self.watch() }
        }
    }

    /// Records what is left, once, while the log can still be written.
    package func finish() async {
        await requests.record(measurements: true)
        await alerts.record()
        logs?.flush()
        await entries?.record()
        logs?.endRecording()
    }

    /// Records log entries that wait, now.
    package func recordEntries() async {
        logs?.flush()
        await entries?.record()
    }

    /// How everything is, looked at now. The plan's getSystemStatus.
    package func systemStatus() async -> SystemStatus {
        SystemStatus(
            checks: await health.check(),
            node: settings.node,
            uptime: health.uptime,
            activeAlerts: alerts.activeCount
        )
    }

    // MARK: The look at things

    private func watch() async {
        while !Task.isCancelled {
            await look()
            try? await Task.sleep(for: settings.interval)
        }
    }

    /// One look: health, alert rules, silences, levels that were changed.
    package func look() async {
        await requests.digest()
        let results = await health.observe(registry)
        if let silences = try? await reader.silences() { alerts.setSilences(silences) }
        alerts.look(measurements(results))
        await alerts.record()
        await followLevels()
    }

    private func measurements(_ results: [HealthResult]) -> AlertMonitor.Measurements {
        var measured = AlertMonitor.Measurements()
        let window = requests.recent.take()
        // Few requests tell little: one that failed of three is no rate.
        if window.requests >= 20 {
            measured.values[.errorRate] = window.serverErrors * 1_000 / window.requests
            measured.values[.latency] = window.slow * 1_000 / window.requests
        } else if window.requests > 0 || window.serverErrors == 0 {
            measured.values[.errorRate] = window.serverErrors >= 10 ? 1_000 : 0
            measured.values[.latency] = window.slow >= 10 ? 1_000 : 0
        }
        measured.values[.signInFailures] = window.signInFailures
        let dropped = requests.dropped + (entries?.dropped ?? 0)
        measured.values[.drops] = lastDropped.withLock { last in
            defer { last = dropped }
            return dropped - last
        }
        let lost = settings.lostDecisions()
        measured.values[.decisionDrops] = lastLost.withLock { last in
            defer { last = lost }
            return lost - last
        }
        for result in results {
            switch result.check {
            case .database: measured.values[.database] = result.status == .failing ? 1 : 0
            case .disk:
                if let free = result.details["freeBytes"]?.int64, let total = result.details["totalBytes"]?.int64,
                    total > 0
                {
                    measured.values[.disk] = 1_000 - free * 1_000 / total
                }
            case .projections:
                guard let lags = result.details["lagEvents"]?.object else { continue }
                measured.values[.lag] = lags.members.compactMap { $0.value.int64 }.max() ?? 0
                measured.values[.projections] = result.status == .failing ? 1 : 0
            case .verification: measured.values[.verification] = result.details["findings"]?.int64 ?? 0
            case .server, .memory, .log: break
            }
        }
        return measured
    }

    /// Does what changes of level, by whichever server, ask for. Those from before this server started do not count.
    private func followLevels() async {
        guard let logs, let size = try? await store.head().size else { return }
        guard let from = levelsFrom.withLock({ $0 }) else {
            levelsFrom.withLock { $0 = size }
            return
        }
        if size < from {
            // Another log than it was, as after a failover to a standby that lacked the last commits: what comes in the
            // places of those counts.
            levelsFrom.withLock { $0 = size }
            return
        }
        guard from < size,
            let events = try? await store.reader.events(from: from, below: size, types: [Logs.LevelChanged.type])
        else { return }
        for event in events {
            guard let change = try? event.decode(Logs.LevelChanged.self) else { continue }
            apply(change, to: logs)
        }
        levelsFrom.withLock { $0 = size }
    }

    func apply(_ change: Logs.LevelChanged, to logs: LogCore) {
        guard let level = Logger.Level(rawValue: change.level.rawValue) else { return }
        switch change.target {
        case .output: logs.levels.output = level
        case .events: logs.levels.events = level
        }
    }
}
