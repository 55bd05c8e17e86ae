import EventStore
package import Postgres
import ServiceLifecycle
import Time

/// Makes the backups that schedules ask for: one server of all, which a lock in the database chooses.
///
/// A time that was missed, because no server ran, is made up for once, at the next start. Where an incremental backup has
/// nothing to go on from, a full one is made.
package struct BackupScheduler: Service {
    /// How soon a schedule that was set or changed is noticed.
    private static let look = Duration.seconds(1)
    private static let shortestLook = Duration.milliseconds(50)

    private let service: BackupService
    private let pool: PostgresPool
    private let rehearsalDays: Int?
    private let attempts = ScheduleAttempts()
    private let prunings = PruningsDue()
    /// All of the log is loaded for one, beside the log that runs.
    private let rehearsals = ScheduleAttempts(firstPause: .seconds(3_600), longestPause: Self.day)
    private static let day = Duration.seconds(86_400)

    /// A scheduler of a service.
    ///
    /// - Parameter rehearsalDays: after how many days a restore of the newest backup is rehearsed again; nil for never.
    package init(_ service: BackupService, pool: PostgresPool, rehearsalDays: Int? = nil) {
        self.service = service
        self.pool = pool
        self.rehearsalDays = rehearsalDays
    }

    /// Looks every second, and when one is due, until graceful shutdown; a backup that is being made then is stopped.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if await hasWork() { try? await keep() }
                try? await Task.sleep(for: .seconds(5))
            }
        }
    }

    private func hasWork() async -> Bool {
        if rehearsalDays != nil { return true }
        if let schedules = try? await service.schedules(), !schedules.isEmpty { return true }
        return await (try? service.backups(limit: 1).isEmpty) == false
    }

    /// Makes what is due for as long as this server is the one that does. On a connection of its own: it is held for long, and
    /// what the pool has is for others.
    private func keep() async throws {
        let connection = try await PostgresConnection.connect(pool.configuration, logger: service.logger)
        do {
            let rows = try await connection.query("select pg_try_advisory_lock(hashtextextended('daybook backups', 0))")
            if try rows.first?.decode(column: 0, as: Bool.self) == true { try await work(connection) }
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    /// Each schedule on its own, so that none waits for another's backup or repository.
    private func work(_ connection: PostgresConnection) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            let schedules = (try? await service.schedules()) ?? []
            let resting = schedules.filter(\.rests)
            if !resting.isEmpty {
                service.logger.warning(
                    "the log was restored: schedules rest until each is set again; no backups are made for them",
                    metadata: ["scheduleIds": "\(resting.map(\.scheduleID).joined(separator: ", "))"]
                )
            }
            recallPrunings(schedules)
            group.addTask {
                while !Task.isCancelled {
                    await service.tidy()
                    await pruneWhatIsDue()
                    await rehearseIfDue()
                    try? await Task.sleep(for: .seconds(600))
                }
            }
            while !Task.isCancelled {
                // Whoever lost the connection has lost the lock.
                _ = try await connection.query("select 1")
                let schedules = (try? await service.schedules()) ?? []
                let now = service.clock()
                for schedule in due(of: schedules, now) { group.addTask { await attempt(schedule) } }
                try await Task.sleep(for: Self.pause(before: schedules, now: now))
            }
        }
    }

    /// Until the next one is due, where that is soon. Pure.
    static func pause(before schedules: [BackupSchedule], now: Timestamp) -> Duration {
        let next = schedules.filter { !$0.rests }.map(\.nextAt).filter { $0 > now }.min()
        return next.map { min(max($0 - now, shortestLook), look) } ?? look
    }

    /// What has to be made now; it counts as begun.
    private func due(of schedules: [BackupSchedule], _ now: Timestamp) -> [BackupSchedule] {
        schedules.filter { schedule in
            !schedule.rests && attempts.begin(schedule.scheduleID, now: now) { schedule.isDue(now, since: $0) }
        }
    }

    /// Makes what is due, one after the other.
    func makeWhatIsDue() async {
        let schedules = (try? await service.schedules()) ?? []
        for schedule in due(of: schedules, service.clock()) { await attempt(schedule) }
    }

    private func attempt(_ schedule: BackupSchedule) async {
        do {
            try await make(schedule)
            attempts.succeeded(schedule.scheduleID, now: service.clock())
        } catch {
            let pause = attempts.failed(schedule.scheduleID, now: service.clock())
            service.logger.error(
                "a scheduled backup was not made",
                metadata: [
                    "scheduleId": "\(schedule.scheduleID)", "error": "\(error)", "againIn": "\(pause)",
                ]
            )
        }
    }

    /// Rehearses a restore of the newest backup where the last rehearsal of any that went well is too long ago; after one
    /// that did not, once a day.
    package func rehearseIfDue() async {
        guard let rehearsalDays else { return }
        do {
            let now = service.clock()
            let last = try await service.history.lastRehearsals()
            guard Self.isRehearsalDue(last, days: rehearsalDays, now: now), let newest = try await newest(),
                rehearsals.begin("", now: now, isDue: { _ in true })
            else { return }
            do {
                _ = try await service.rehearse(
                    newest.backupID,
                    in: newest.repository,
                    by: Author(id: EventStore.systemActor)
                )
                rehearsals.succeeded("", now: service.clock())
            } catch {
                _ = rehearsals.failed("", now: service.clock())
                throw error
            }
        } catch {
            service.logger.error("a rehearsal could not be tried", metadata: ["error": "\(error)"])
        }
    }

    /// Pure.
    static func isRehearsalDue(_ last: BackupHistory.Rehearsals, days: Int, now: Timestamp) -> Bool {
        now - (last.passed ?? .earliest) >= day * days && now - (last.tried ?? .earliest) >= day
    }

    /// The newest backup, and the first of the repositories that are set in which it is.
    private func newest() async throws -> (backupID: String, repository: String)? {
        var newest: (backup: KeptBackup, repository: String)?
        for storage in service.repositories {
            guard let backup = try await service.history.kept(in: storage.name, limit: 1).first,
                backup.size > (newest?.backup.size ?? -1)
            else { continue }
            newest = (backup, storage.name)
        }
        return newest.map { ($0.backup.backupID, $0.repository) }
    }

    private func make(_ schedule: BackupSchedule) async throws {
        let author = Author(id: EventStore.systemActor)
        var order = BackupOrder(
            schedule.kind,
            repository: schedule.repository,
            scheduleID: schedule.scheduleID,
            keepDays: schedule.retention?.days
        )
        if schedule.kind == .incremental {
            let sound = try await service.history.kept(in: schedule.repository, onlySound: true, limit: 1)
            if let base = sound.first {
                let size = try await service.store.head().size
                guard try await service.history.isAnythingNew(from: base.size, size: size) else { return }
                let chain = try await service.history.chain(of: base.backupID)
                if chain.count >= service.limits.chain { order.kind = .full }
            } else {
                order.kind = .full
            }
        }
        do {
            _ = try await service.create(order, by: author)
        } catch let error as BackupError
            where order.kind == .incremental && (error.kind == .damaged || error.kind == .notFound)
        {
            // There is nothing to go on from: all of it again, rather than nothing.
            service.logger.error("an increment could not be made", metadata: ["error": "\(error)"])
            order.kind = .full
            _ = try await service.create(order, by: author)
        }
        if schedule.retention != nil { prunings.add(schedule.repository) }
    }

    /// What was made before this server had the turn, by one that has ended since, is to be pruned as well. Not where one is due
    /// that nobody makes: see ``PruningsDue``.
    func recallPrunings(_ schedules: [BackupSchedule]) {
        let now = service.clock()
        for schedule in schedules
        where schedule.retention != nil && !schedule.rests && schedule.lastAt != nil && schedule.nextAt > now {
            prunings.add(schedule.repository)
        }
    }

    /// Removes what the rules of schedules do not keep, where one of them made something since. Apart from the making of each:
    /// it goes through all of a repository, and where it cannot be done the backup is made all the same.
    func pruneWhatIsDue() async {
        for repository in prunings.take().sorted() {
            do {
                _ = try await service.pruneScheduled(in: repository, by: Author(id: EventStore.systemActor))
            } catch {
                prunings.add(repository)
                service.logger.error(
                    "a backup repository could not be pruned; it is tried again",
                    metadata: ["repository": "\(repository)", "error": "\(error)"]
                )
            }
        }
    }
}
