package import EventStore
import Events
package import Logging
package import Postgres
import ServiceLifecycle
import Synchronization
import Time

/// Access in memory, one in each replica: loaded from the read models, then fed by the log.
///
/// ``current()`` is linearizable: what it answers includes every grant and every revocation that any replica had
/// acknowledged when it was asked. It learns from the database how far the log has come, once for all who ask at the
/// same time, and reads what is new. Whoever has a snapshot asks it without a lock; the lock here guards one reference.
package final class AccessDirectory: Service, Sendable {
    private struct Published {
        var snapshot: AccessSnapshot?
        /// A moment at which the snapshot is known to have been current.
        var checkedAt: ContinuousClock.Instant?
        /// How many times the log turned out to be another one.
        var lostLogs = 0
    }

    private let store: EventStore
    private let follower: AccessFollower
    private let published = Mutex(Published())
    let logger: Logger

    /// A directory over a log; `pool` is for loading.
    package init(store: EventStore, pool: PostgresPool, logger: Logger) throws {
        self.store = store
        self.logger = logger
        follower = AccessFollower(reader: store.reader, loader: try AccessLoader(pool: pool))
    }

    /// Access as it stands now.
    ///
    /// Fails when the log cannot be asked: an access decision that cannot be made is refused, never guessed.
    package func current() async throws -> AccessSnapshot {
        let asked = ContinuousClock.now
        let before = published.withLock { $0.snapshot }
        let (head, leaf) = try await store.head(leafAt: (before?.size ?? 0) - 1)
        let isOfThisLog = before.map { $0.size <= head.size && $0.leaf == leaf } ?? false
        if let before, !isOfThisLog { await forget(before, since: head) }
        var snapshot: AccessSnapshot
        if let before, isOfThisLog, before.size >= head.inlineSize {
            snapshot = before
        } else {
            snapshot = try await follower.follow(to: head)
        }
        snapshot = snapshot.reaching(head)
        publish(snapshot, checkedAt: asked)
        return snapshot
    }

    /// Access as it stood at `moment` or later, for a request that began then: its parts need not each ask anew.
    package func current(since moment: ContinuousClock.Instant) async throws -> AccessSnapshot {
        let known = published.withLock { $0 }
        if let snapshot = known.snapshot, let checkedAt = known.checkedAt, checkedAt >= moment { return snapshot }
        return try await current()
    }

    /// Access as it stands now; or, where the log cannot be asked in time, as it is known to have stood not long ago.
    ///
    /// Only for what shows how the system is: whoever watches it must be able to while the database is away.
    ///
    /// - Parameters:
    ///   - age: what was last known to be current longer ago counts as unknown.
    ///   - patience: how long the log may take to answer.
    package func current(orKnownWithin age: Duration, patience: Duration) async throws -> AccessSnapshot {
        let answer = await withPatience(patience) { () async -> Result<AccessSnapshot, any Error> in
            do { return .success(try await self.current()) } catch { return .failure(error) }
        }
        switch answer {
        case .success(let snapshot)?: return snapshot
        case .failure(let error)? where !(error is PostgresError): throw error
        case .failure, nil: break
        }
        let known = published.withLock { $0 }
        guard let snapshot = known.snapshot, let checkedAt = known.checkedAt, ContinuousClock.now - checkedAt <= age
        else {
            throw PostgresError(.deadlineExceeded, "The log cannot be asked, and what was known of access is too old.")
        }
        return snapshot
    }

    /// The newest snapshot at hand, which may be behind the log; nil before the first was loaded.
    package var latest: AccessSnapshot? { published.withLock { $0.snapshot } }

    /// How many times the log turned out to be another one, so that what was made of it before holds no more.
    var lostLogs: Int { published.withLock { $0.lostLogs } }

    /// Follows the log until graceful shutdown, so that requests seldom have to wait for what is new.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let mark = self.store.committed.mark
                    _ = try await self.current()
                    await self.store.committed.wait(since: mark, timeout: .seconds(1))
                    // Requests bring access up to date themselves; this need not keep pace with every commit.
                    try await Task.sleep(for: .milliseconds(5))
                } catch {
                    if Task.isCancelled { return }
                    self.logger.warning("access cannot follow the log; trying again", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: .milliseconds(500))
                }
            }
        }
    }

    /// A log that does not begin with the one that is known: the database is another than it was, as after a failover to a
    /// standby that lacked the last commits. What was known of those holds no more, and the events in their places are others.
    private func forget(_ snapshot: AccessSnapshot, since head: LogHead) async {
        logger.critical(
            "the log is another than it was; access is read anew",
            metadata: ["events": "\(head.size)", "known": "\(snapshot.size)"]
        )
        await follower.forget()
        published.withLock { known in
            known.lostLogs += 1
            guard let size = known.snapshot?.size, size <= snapshot.size else { return }
            known.snapshot = nil
            known.checkedAt = nil
        }
    }

    /// Keeps the newest: those that were asked for later may arrive earlier.
    private func publish(_ snapshot: AccessSnapshot, checkedAt moment: ContinuousClock.Instant) {
        published.withLock { known in
            if snapshot.size >= known.snapshot?.size ?? -1 { known.snapshot = snapshot }
            known.checkedAt = max(moment, known.checkedAt ?? moment)
        }
    }
}
