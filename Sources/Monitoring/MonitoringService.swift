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
    let entries: LogRecorder?
    let projectionEngine: ProjectionEngine
    let lastDropped = Mutex<Int64>(0)
    let lastLost = Mutex<Int64>(0)
    let rates = Mutex((errors: RateWindow(from: .now), slow: RateWindow(from: .now)))
    let levelsFrom = Mutex<Int64?>(nil)
    let looks = Atomic<Int>(0)
    /// Whether the alerts are known that this server left open when it was stopped.
    let hasAdopted = Atomic<Bool>(false)

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
            archiveDirectory: settings.archiveDirectory,
            node: node,
            dropped: { requests.dropped + (entries?.dropped ?? 0) }
        )
        alerts = AlertMonitor(rules: settings.rules, store: store, registry: registry, node: node, logger: logger)
        reader = try MonitoringReader(store: store, pool: pool, engine: projections)
        metrics = MetricCollector(registry)
        collect(pools: [("requests", pool), ("followers", quietPool)])
    }

    /// How often the alert rules have been asked.
    package var lookCount: Int { looks.load(ordering: .relaxed) }

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
        await logs?.settle(within: .seconds(2))
        await entries?.record()
        logs?.endRecording()
    }

    /// Records log entries that wait, now. What is not written at once comes later.
    package func recordEntries() async {
        await logs?.settle(within: .milliseconds(100))
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
}
