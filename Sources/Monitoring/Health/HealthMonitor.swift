package import EventStore
import Events
import JSON
package import Postgres
package import ProjectionEngine
import Synchronization
package import Time

/// Looks at every part of the system, and records how it is when that changes, and every hour.
package final class HealthMonitor: Sendable {
    private struct State {
        /// What was recorded last, and when.
        var recorded: [HealthResult.Check: (status: HealthResult.Status, at: Timestamp)] = [:]
        var last: [HealthResult] = []
        var lastAt: ContinuousClock.Instant?
    }

    let store: EventStore
    let pool: PostgresPool
    private let projections: ProjectionEngine
    private let verification: VerificationPass
    private let dataDirectory: String
    private let archiveDirectory: String?
    private let dropped: @Sendable () -> Int64
    private let node: String
    private let startedAt = ContinuousClock.now
    private let state = Mutex(State())

    /// - Parameters:
    ///   - dataDirectory: whose file system is looked at.
    ///   - archiveDirectory: whose file system is looked at as well, if it is another.
    ///   - dropped: how many records were not kept so far.
    package init(
        store: EventStore,
        pool: PostgresPool,
        projections: ProjectionEngine,
        verification: VerificationPass,
        dataDirectory: String,
        archiveDirectory: String? = nil,
        node: String,
        dropped: @escaping @Sendable () -> Int64
    ) {
        self.store = store
        self.pool = pool
        self.projections = projections
        self.verification = verification
        self.dataDirectory = dataDirectory
        self.archiveDirectory = archiveDirectory
        self.node = node
        self.dropped = dropped
    }

    /// For how long this server has been running.
    package var uptime: Duration { ContinuousClock.now - startedAt }

    // MARK: The checks

    /// Whether the database answers, and how fast. The plan's checkDatabaseHealth.
    package func checkDatabase() async -> HealthResult {
        let start = ContinuousClock.now
        var ping: Duration?
        var details = JSONObject()
        do {
            let rows = try await pool.withConnection(deadline: .seconds(2)) { connection in
                try await connection.query(
                    "select current_setting('server_version'), pg_is_in_recovery()",
                    deadline: .seconds(2)
                )
            }
            ping = ContinuousClock.now - start
            if let row = rows.first {
                let (version, isStandby) = try row.decode((String, Bool).self)
                details["version"] = .string(version)
                details["isStandby"] = .bool(isStandby)
            }
        } catch {}
        let occupancy = pool.occupancy
        return HealthRules.database(
            ping: ping,
            lent: occupancy.lent,
            maximum: pool.maximumConnections,
            waiting: occupancy.waiting,
            details: details
        )
    }

    /// Whether the server keeps up. The plan's checkServerHealth.
    package func checkServer() -> HealthResult {
        HealthRules.server(
            uptime: uptime,
            queued: store.queueDepth,
            queueLimit: store.limits.queuedEvents,
            dropped: dropped()
        )
    }

    /// Whether there is memory left. The plan's checkMemoryUsage.
    package func checkMemory() -> HealthResult {
        let memory = Machine.memory
        return HealthRules.memory(resident: memory.resident, available: memory.available, limit: memory.limit)
    }

    /// Whether there is space left. The plan's checkDiskSpace.
    package func checkDisk() -> HealthResult {
        guard let disk = Machine.disk(at: dataDirectory) else {
            return HealthResult(.disk, .degraded, "The data directory \(dataDirectory) cannot be looked at.")
        }
        guard let archiveDirectory else { return HealthRules.disk(free: disk.free, total: disk.total) }
        let place = Machine.existing(archiveDirectory)
        guard Machine.fileSystem(of: place) != Machine.fileSystem(of: dataDirectory) else {
            return HealthRules.disk(free: disk.free, total: disk.total)
        }
        guard let archive = Machine.disk(at: place) else {
            return HealthResult(.disk, .degraded, "The archive directory \(place) cannot be looked at.")
        }
        return HealthRules.disks(data: disk, archive: archive)
    }

    /// Whether the read models keep up with the log.
    package func checkProjections() async -> HealthResult {
        do {
            let models = try await projections.status().map {
                HealthRules.ReadModel(name: $0.name, lag: $0.lag, isHealthy: $0.isHealthy)
            }
            return HealthRules.projections(models)
        } catch {
            return HealthResult(.projections, .failing, HealthRules.failed("The read models cannot be asked", error))
        }
    }

    /// Where the log ends.
    package func checkLog() async -> HealthResult {
        do {
            let head = try await store.head()
            return HealthResult(.log, .healthy, details: ["size": .number(JSONNumber(head.size))])
        } catch {
            return HealthResult(.log, .failing, HealthRules.failed("The log cannot be read", error))
        }
    }

    /// Whether the log still is what was signed, as far as the continuous verification knows.
    package func checkVerification() -> HealthResult {
        HealthRules.verification(verification.current, uptime: uptime, isOff: verification.isOff)
    }

    /// How long one check may take: whoever asks is to hear in time that something does not answer.
    private static let patience = Duration.seconds(2)

    private func inTime(
        otherwise result: @autoclosure () -> HealthResult,
        _ check: @escaping @Sendable () async -> HealthResult
    ) async -> HealthResult {
        if let found = await withPatience(Self.patience, check) { return found }
        return result()
    }

    private var silentDatabase: HealthResult {
        let occupancy = pool.occupancy
        return HealthRules.database(
            ping: nil,
            lent: occupancy.lent,
            maximum: pool.maximumConnections,
            waiting: occupancy.waiting,
            details: [:]
        )
    }

    /// Everything, looked at now; what was looked at less than a second ago is not looked at again. Two seconds at most.
    package func check() async -> [HealthResult] {
        let known = state.withLock { state in
            state.lastAt.map { ContinuousClock.now - $0 < .seconds(1) } == true ? state.last : nil
        }
        if let known { return known }
        async let database = inTime(otherwise: self.silentDatabase) { await self.checkDatabase() }
        async let projections = inTime(
            otherwise: HealthResult(.projections, .failing, "The read models did not answer within two seconds.")
        ) { await self.checkProjections() }
        async let log = inTime(otherwise: HealthResult(.log, .failing, "The log did not answer within two seconds.")) {
            await self.checkLog()
        }
        let results = [
            await database, checkServer(), checkMemory(), checkDisk(), await projections, await log,
            checkVerification(),
        ]
        state.withLock { state in
            state.last = results
            state.lastAt = .now
        }
        return results
    }

    // MARK: Recording

    /// Looks, and shows in the metrics what was found. Waits for no log.
    package func observe(_ registry: PrometheusRegistry) async -> [HealthResult] {
        let results = await check()
        for result in results {
            registry.gauge("daybook_health_status", [("check", result.check.rawValue)])
                .set(Int64(result.status.severity))
        }
        return results
    }

    /// Records of what was found last what has changed or was not recorded for an hour.
    package func record(now: Timestamp = .now()) async {
        let due = state.withLock { state in state.last.filter { Self.isDue($0, state.recorded[$0.check], now) } }
        guard !due.isEmpty else { return }
        let events = due.map { result in
            NewEvent(
                Logs.HealthChecked(
                    check: result.check,
                    status: result.status,
                    node: node,
                    checkedAt: result.checkedAt,
                    message: result.message,
                    details: result.details
                )
            )
        }
        do {
            _ = try await store.append(
                AppendRequest(
                    streams: [StreamAppend(stream: "health-checks", events: events)],
                    actor: EventStore.systemActor
                )
            )
            state.withLock { state in
                for result in due { state.recorded[result.check] = (result.status, now) }
            }
        } catch {
            // It is due again at the next look, and says then how things were found to be.
        }
    }

    static func isDue(
        _ result: HealthResult,
        _ recorded: (status: HealthResult.Status, at: Timestamp)?,
        _ now: Timestamp
    ) -> Bool {
        guard let recorded else { return true }
        return recorded.status != result.status || now - recorded.at >= .seconds(3_600)
    }
}
