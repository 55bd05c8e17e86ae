package import Events
import Foundation
package import Logging
package import MerkleLog
package import Postgres
import ServiceLifecycle

/// The append-only, signed log of events in PostgreSQL.
///
/// `run()` must be running for appends to be served. Any number of stores, in any number of processes, may append to
/// the same database.
package final class EventStore: Service, Sendable {
    /// Reads of events.
    package let reader: LogReader
    /// Checkpoints and proofs.
    package let prover: LogProver
    /// The keys that sign.
    package let keys: KeyStore
    /// Hints that the log has grown.
    package let committed: CommitSignal
    /// The bounds of the queue and of batches.
    package let limits: AppendLimits

    let pool: PostgresPool
    private let configuration: PostgresConfiguration
    private let headReader: HeadReader
    private let queue: AppendQueue
    private let appender: Appender
    let logger: Logger

    /// A store over a migrated database.
    ///
    /// - Parameters:
    ///   - configuration: where the appender makes its own connections.
    ///   - pool: for reads; run by the caller.
    ///   - inline: projections to apply inside the appending transaction.
    package init(
        configuration: PostgresConfiguration,
        pool: PostgresPool,
        keys: KeyStore,
        inline: [InlineProjection] = [],
        limits: AppendLimits = AppendLimits(),
        committed: CommitSignal = CommitSignal(),
        logger: Logger
    ) {
        self.configuration = configuration
        self.pool = pool
        self.keys = keys
        self.limits = limits
        self.committed = committed
        self.logger = logger
        reader = LogReader(pool: pool)
        prover = LogProver(pool: pool)
        headReader = HeadReader(pool: pool)
        queue = AppendQueue(capacity: limits.queuedEvents)
        let inline = [.erasure, .release] + inline
        appender = Appender(
            queue: queue,
            database: LogDatabase(
                configuration: configuration,
                inline: inline,
                deadline: limits.statementDeadline,
                erasureDeadline: limits.erasureDeadline,
                logger: logger
            ),
            planner: BatchPlanner(
                inlineTypes: inline.map(\.types),
                digests: { try keys.requestDigests() },
                sign: { size, root, retired in
                    try keys.current(unless: retired).checkpoint(size: size, root: root)
                }
            ),
            limits: limits,
            committed: committed,
            logger: logger
        )
    }

    /// Serves appends until graceful shutdown; then refuses new ones, writes what waits, and returns.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await withTaskCancellationHandler {
                let listener = PostgresListener(
                    configuration: configuration,
                    channels: ["daybook_log"],
                    logger: logger
                )
                let listening = Task { try? await listener.run() }
                let hints = Task { await listen(listener) }
                let patience = Task { await appender.watchPatience() }
                let watch = HeadWatch(configuration: configuration, silence: limits.holderSilence, logger: logger)
                let watching = Task { await watch.run() }
                // In a task of its own: cancellation stops the intake, and what was taken in is still written.
                let appending = Task { await appender.run() }
                await appending.value
                patience.cancel()
                watching.cancel()
                listening.cancel()
                hints.cancel()
                await listening.value
                await hints.value
                await watching.value
            } onCancel: {
                queue.close()
            }
        } onGracefulShutdown: { [queue] in
            queue.close()
        }
    }

    /// Other replicas' commits, as hints: a notification that is lost costs followers a poll's wait.
    private func listen(_ listener: PostgresListener) async {
        for await signal in listener.signals() {
            if case .notification(let notification) = signal, let size = Int64(notification.payload) {
                committed.send(size)
            }
        }
    }

    /// Records the request's events: all, or none.
    ///
    /// Returns once they are durable, signed and visible. Not cancelled with the calling task, since what is queued may
    /// be on its way to the disk already.
    ///
    /// - Throws: ``AppendError``, whose code says whether and when to try again. Nothing of the request was recorded, but
    ///   perhaps under `.outcomeUnknown`: with an idempotency key, or the same ids of events, it may be repeated after any.
    ///   Another error where the machine gives no random bytes for a salt; nothing was recorded then either.
    package func append(_ request: AppendRequest) async throws -> Receipt {
        try request.validate(limits)
        let seals = try request.streams.map { try $0.events.map(EventSeal.init) }
        return try await withCheckedThrowingContinuation { continuation in
            queue.push(PendingAppend(request, seals: seals, continuation: continuation))
        }
    }

    /// The end of the log, read after this call began: it covers every append acknowledged before, by any replica.
    package func head() async throws -> LogHead {
        try await headReader.look().head
    }

    /// The end of the log as ``head()`` tells it, and the leaf of an event, both of one moment; nil where there is no such
    /// event. Whoever keeps the leaf of the last event that it saw finds out by it that the log became another one.
    package func head(leafAt position: Int64) async throws -> (head: LogHead, leaf: Hash?) {
        let look = try await headReader.look(at: position)
        return (look.head, look.leaves[position])
    }

    /// Every event from a position on, as it comes.
    ///
    /// The call itself does nothing. Iterating waits out a database that is away, and throws `LogReadError(.anotherLog)` where
    /// the log no longer begins with what was gone by: see ``LogFollower``.
    ///
    /// - Parameters:
    ///   - position: where to begin; it may lie beyond the end of the log.
    ///   - types: all if nil.
    ///   - batch: how many events are read at once; ``LogReader/maximumPage`` at most.
    ///   - poll: how long it waits at most before it looks again, where no hint comes.
    package func follow(
        from position: Int64,
        types: Set<EventType>? = nil,
        batch: Int = 1_000,
        poll: Duration = .milliseconds(500)
    ) -> LogFollower {
        LogFollower(
            reader: reader,
            head: { try await self.head() },
            signal: committed,
            from: position,
            types: types,
            batch: batch,
            poll: poll,
            logger: logger
        )
    }

    /// How many events wait to be written.
    package var queueDepth: Int { queue.depth }
}
