import Postgres
import Time

extension MonitoringService {
    /// Sets up what is asked for at each scrape.
    func collect(pools: [(String, PostgresPool)]) {
        metrics.add { [requests] _ in await requests.digest() }
        metrics.add { [store, logs] registry in
            registry.gauge("daybook_append_queue_events").set(Int64(store.queueDepth))
            registry.gauge("daybook_records_waiting", [("what", "entries")]).set(Int64(logs?.waitingForEvents ?? 0))
            if let size = try? await store.head().size { registry.gauge("daybook_log_size_events").set(size) }
        }
        metrics.add { registry in
            for (name, pool) in pools {
                let occupancy = pool.occupancy
                let gauge = { (state: String) in
                    registry.gauge("daybook_pool_connections", [("pool", name), ("state", state)])
                }
                gauge("lent").set(Int64(occupancy.lent))
                gauge("idle").set(Int64(occupancy.idle))
                registry.gauge("daybook_pool_waiters", [("pool", name)]).set(Int64(occupancy.waiting))
            }
        }
        metrics.add { [projections = projectionEngine] registry in
            for status in (try? await projections.status()) ?? [] {
                let labels = [("projection", status.name)]
                registry.gauge("daybook_projection_position", labels).set(status.position)
                registry.gauge("daybook_projection_lag_events", labels).set(status.lag)
                registry.gauge("daybook_projection_quarantined", labels)
                    .set(status.condition == .quarantined ? Int64(1) : 0)
            }
        }
        metrics.add { [verification, health] registry in
            let state = verification.current
            let age = state.completed.map { state.now - $0.beganAt } ?? health.uptime
            registry.gauge("daybook_verification_age_seconds").set(age.inSeconds)
            registry.gauge("daybook_verification_findings").set(state.findings)
            registry.counter("daybook_verification_verified_events_total").advance(to: state.verified)
        }
        metrics.add { [settings] registry in
            if let disk = Machine.disk(at: settings.dataDirectory) {
                registry.gauge("daybook_disk_free_bytes").set(disk.free)
                registry.gauge("daybook_disk_size_bytes").set(disk.total)
            }
            registry.gauge("process_resident_memory_bytes").set(Machine.memory.resident)
            registry.counter("process_cpu_seconds_total").advance(to: Int64(Machine.processorSeconds))
            registry.gauge("process_open_fds").set(Int64(Machine.openFiles))
        }
        if let (_, pool) = pools.first {
            metrics.add { [reader] registry in
                let answered: Void? = await withPatience(.milliseconds(1_500)) {
                    await Self.askDatabase(pool, reader, registry)
                }
                if answered == nil { registry.gauge("daybook_postgres_up").set(Int64(0)) }
            }
        }
    }

    private static func askDatabase(
        _ pool: PostgresPool,
        _ reader: MonitoringReader,
        _ registry: PrometheusRegistry
    ) async {
        let start = ContinuousClock.now
        do {
            let rows = try await pool.withConnection(deadline: .seconds(1)) { connection in
                let ping = try await connection.query("select 1", deadline: .seconds(1))
                registry.gauge("daybook_postgres_ping_seconds").set((ContinuousClock.now - start).inSeconds)
                _ = ping
                return try await connection.query(SQL(unescaped: reader.sql.database), deadline: .seconds(1))
            }
            guard !Task.isCancelled else { return }
            registry.gauge("daybook_postgres_up").set(Int64(1))
            guard let row = rows.first else { return }
            registry.gauge("daybook_postgres_database_size_bytes").set(try row.decode("size", as: Int64.self))
            registry.gauge("daybook_postgres_backends").set(try row.decode("backends", as: Int64.self))
            for (column, name) in [
                ("commits", "commits"), ("rollbacks", "rollbacks"), ("deadlocks", "deadlocks"),
                ("hit", "blocks_hit"), ("read", "blocks_read"),
            ] {
                registry.counter("daybook_postgres_\(name)_total").advance(to: try row.decode(column, as: Int64.self))
            }
        } catch {
            registry.gauge("daybook_postgres_up").set(Int64(0))
        }
    }
}
