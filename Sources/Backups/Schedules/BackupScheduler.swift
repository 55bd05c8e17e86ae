import EventStore
package import Postgres
import ServiceLifecycle
import Time

/// Makes the backups that schedules ask for: one server of all, which a lock in the database chooses.
///
/// A time that was missed, because no server ran, is made up for once, at the next start. Where an incremental backup has
/// nothing to go on from, a full one is made.
package struct BackupScheduler: Service {
    private static let look = Duration.seconds(1)

    private let service: BackupService
    private let pool: PostgresPool

    /// A scheduler of a service.
    package init(_ service: BackupService, pool: PostgresPool) {
        self.service = service
        self.pool = pool
    }

    /// Looks every second until graceful shutdown; a backup that is being made then is stopped.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if let schedules = try? await service.schedules(), !schedules.isEmpty { try? await keep() }
                try? await Task.sleep(for: .seconds(5))
            }
        }
    }

    /// Makes what is due for as long as this server is the one that does. On a connection of its own: it is held for long, and
    /// what the pool has is for others.
    private func keep() async throws {
        let connection = try await PostgresConnection.connect(pool.configuration, logger: service.logger)
        do {
            let rows = try await connection.query("select pg_try_advisory_lock(hashtextextended('daybook backups', 0))")
            if try rows.first?.decode(column: 0, as: Bool.self) == true {
                while !Task.isCancelled {
                    // Whoever lost the connection has lost the lock.
                    _ = try await connection.query("select 1")
                    await makeWhatIsDue()
                    try await Task.sleep(for: Self.look)
                }
            }
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    /// Makes what is due, one after the other.
    func makeWhatIsDue() async {
        guard let schedules = try? await service.schedules() else { return }
        for schedule in schedules {
            guard !Task.isCancelled, schedule.next(after: schedule.lastAt ?? schedule.scheduledAt) <= service.clock()
            else {
                continue
            }
            do {
                try await make(schedule)
            } catch {
                service.logger.error(
                    "a scheduled backup was not made",
                    metadata: ["scheduleId": "\(schedule.scheduleID)", "error": "\(error)"]
                )
                // A repository that cannot be written is not asked again and again.
                try? await Task.sleep(for: .seconds(30))
            }
        }
    }

    private func make(_ schedule: BackupSchedule) async throws {
        let author = Author(id: EventStore.systemActor)
        var order = BackupOrder(schedule.kind, repository: schedule.repository, scheduleID: schedule.scheduleID)
        if schedule.kind == .incremental {
            let newest = try await service.backups(in: schedule.repository, onlyPresent: true, limit: 1_000)
                .filter { $0.state == .completed }.max { $0.size < $1.size }
            if let newest {
                let size = try await service.store.head().size
                guard try await service.history.isAnythingNew(from: newest.size, size: size) else { return }
            } else {
                order.kind = .full
            }
        }
        _ = try await service.create(order, by: author)
        if let retention = schedule.retention {
            _ = try await service.prune(retention, in: schedule.repository, by: author)
        }
    }
}
