import Events
import JSON
import Logging
import Synchronization
import Time

extension MonitoringService {
    /// Looks again and again until cancelled. What takes the log is done beside the looks, so that a log that does not
    /// answer holds up no alert.
    func watch() async {
        let (looks, look) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in looks { await self.keep() } }
            group.addTask {
                _ = await withPatience(.seconds(2)) { await self.prepare() }
                while !Task.isCancelled {
                    await self.evaluate()
                    look.yield()
                    try? await Task.sleep(for: self.settings.interval)
                }
                look.finish()
            }
        }
    }

    /// One look, with all that goes with it.
    package func look() async {
        await prepare()
        await evaluate()
        await keep()
    }

    /// Health and alert rules, by what this server can see by itself: ends within seconds whatever is the matter.
    package func evaluate() async {
        await requests.digest()
        alerts.look(measurements(await health.observe(registry)))
        looks.wrappingAdd(1, ordering: .relaxed)
    }

    /// What the looks before have left: alerts and health to record, and what the log says of alerts and levels.
    func keep() async {
        await alerts.record()
        await health.record()
        await prepare()
        await forgetWhatIsOver()
        await followLevels()
    }

    /// Takes up what the log says of silences and, once, of alerts that were open when this server was stopped.
    private func prepare() async {
        if let silences = try? await reader.silences() { alerts.setSilences(silences) }
        guard !hasAdopted.load(ordering: .relaxed), let open = try? await openAlerts() else { return }
        if !hasAdopted.exchange(true, ordering: .relaxed) { alerts.adopt(open) }
    }

    private func openAlerts() async throws -> [AlertRecord] {
        let size = try await reader.settle()
        var open: [AlertRecord] = []
        while true {
            let page = try await reader.alerts(
                onlyOpen: true,
                below: open.last?.raisedPosition ?? .max,
                size: size,
                limit: 500
            )
            open += page
            if page.count < 500 { return open }
        }
    }

    /// Alerts that somebody resolved, at whichever server, are over here too.
    private func forgetWhatIsOver() async {
        for id in alerts.active {
            guard let alert = try? await reader.alerts(id: id, size: .max, limit: 1).first else { continue }
            if alert.resolvedPosition != nil { alerts.forget(id) }
        }
    }

    private func measurements(_ results: [HealthResult]) -> AlertMonitor.Measurements {
        var measured = AlertMonitor.Measurements()
        let window = requests.recent.take()
        let (errors, slow) = rates.withLock { rates in
            (
                rates.errors.take(window.serverErrors, of: window.requests, at: .now),
                rates.slow.take(window.slow, of: window.requests - window.lasting, at: .now)
            )
        }
        measured.values[.errorRate] = errors
        measured.values[.latency] = slow
        measured.values[.signInFailures] = window.signInFailures
        measured.values[.archive] = settings.isArchivingFailing() ? 1 : 0
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
        for result in results { measure(result, &measured) }
        return measured
    }

    private func measure(_ result: HealthResult, _ measured: inout AlertMonitor.Measurements) {
        switch result.check {
        case .database: measured.values[.database] = result.status == .failing ? 1 : 0
        case .disk:
            let used = [("freeBytes", "totalBytes"), ("archiveFreeBytes", "archiveTotalBytes")].compactMap { names in
                let (free, total) = (result.details[names.0]?.int64, result.details[names.1]?.int64)
                guard let free, let total, total > 0 else { return Int64?.none }
                return 1_000 - free * 1_000 / total
            }
            measured.values[.disk] = used.max()
        case .projections:
            guard let lags = result.details["lagEvents"]?.object else { return }
            measured.values[.lag] = lags.members.compactMap { $0.value.int64 }.max() ?? 0
            measured.values[.projections] = result.status == .failing ? 1 : 0
        case .verification: measured.values[.verification] = result.details["findings"]?.int64 ?? 0
        case .server, .memory, .log: break
        }
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
