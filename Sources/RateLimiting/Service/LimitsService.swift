package import EventStore
import Events
package import Logging
import OpenSSL
import Synchronization

/// Which limits hold: set and removed by events, which every replica follows.
package final class LimitsService: Sendable {
    private static let stream = "limits"
    /// How often the log is looked at for changes by other replicas.
    private static let interval = Duration.milliseconds(250)

    /// What decides.
    package let limiter: RateLimiter
    private let store: EventStore
    private let logger: Logger
    /// Below which position changes are in force, and the leaf of the event before it, by which it is noticed that the log
    /// is another.
    private let followed = Mutex<(size: Int64, leaf: Digest32?)>((0, nil))
    private let turn = FollowingTurn()

    /// Limits of a log.
    package init(_ limiter: RateLimiter, store: EventStore, logger: Logger) {
        self.limiter = limiter
        self.store = store
        self.logger = logger
    }

    /// Follows the log until cancelled. Where it cannot be read, what was in force goes on.
    package func run() async {
        while !Task.isCancelled {
            do {
                try await catchUp()
            } catch is CancellationError {
                return
            } catch {
                logger.debug("changes of limits cannot be read; trying again", metadata: ["error": "\(error)"])
            }
            await limiter.lookAtShared()
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Puts into force what was recorded until now.
    package func catchUp() async throws {
        try await turn.take { [self] in
            let size = try await store.head().size
            // Read first: a log that is cut from here on has another leaf there the next time.
            let leaf = try await leaf(at: size - 1)
            let known = followed.withLock { $0 }
            var from = known.size
            var policies = limiter.policies
            if try await !isAsKnown(known, now: size) {
                // Another log than it was, as after a failover to a standby that lacked the last commits, though it may have
                // grown past them since.
                from = 0
                policies = PolicySet(replicas: limiter.settings.replicas)
            }
            guard from < size || from == 0 else { return }
            let isChanged = try await apply(from: from, below: size, to: &policies)
            if isChanged || from == 0 { limiter.use(policies) }
            followed.withLock { $0 = (size, leaf) }
        }
    }

    /// Whether the log still begins with what was followed.
    private func isAsKnown(_ known: (size: Int64, leaf: Digest32?), now size: Int64) async throws -> Bool {
        guard known.size > 0 else { return true }
        guard size >= known.size else { return false }
        return try await leaf(at: known.size - 1) == known.leaf
    }

    private func leaf(at position: Int64) async throws -> Digest32? {
        position < 0 ? nil : try await store.reader.event(at: position)?.leaf
    }

    /// The policies as they were when the log had so many events.
    package func policies(asOf size: Int64) async throws -> PolicySet {
        var policies = PolicySet(replicas: limiter.settings.replicas)
        _ = try await apply(from: 0, below: size, to: &policies)
        return policies
    }

    private func apply(from first: Int64, below size: Int64, to policies: inout PolicySet) async throws -> Bool {
        var next = first
        var isChanged = false
        while next < size {
            let events = try await store.reader.events(from: next, below: size, types: PolicyChange.types)
            for event in events {
                guard let change = PolicyChange(event) else {
                    logger.warning("a limit is not understood", metadata: ["position": "\(event.position)"])
                    continue
                }
                policies.apply(change)
                isChanged = true
            }
            guard events.count == 1_000, let last = events.last else { break }
            next = last.position + 1
        }
        return isChanged
    }

    // MARK: Commands

    /// Sets a policy: one of those by default, or another.
    package func set(_ policy: RateLimitPolicy, reason: String?, by actor: Author) async throws -> Receipt {
        let faults = policy.faults
        guard faults.isEmpty else { throw LimitsError(.refused(faults), faults.map(\.message).joined(separator: " ")) }
        try await catchUp()
        let known = limiter.policies.policies
        guard known.contains(where: { $0.name == policy.name }) || known.count < PolicySet.maximum else {
            throw LimitsError(.tooMany, "There are \(PolicySet.maximum) policies already; remove one first.")
        }
        return try await append(NewEvent(Limits.PolicySet(policy, reason: reason)), by: actor)
    }

    /// Removes what was set under a name: from then on the default of that name holds, or nothing.
    package func remove(_ name: String, reason: String?, by actor: Author) async throws -> Receipt {
        try await catchUp()
        guard limiter.policies.changes[name] != nil else {
            throw LimitsError(
                .notFound,
                RateLimitPolicy.builtIn(name) == nil
                    ? "There is no limit “\(name)”." : "The limit “\(name)” is as it is by default."
            )
        }
        return try await append(NewEvent(Limits.PolicyRemoved(name: name, reason: reason)), by: actor)
    }

    private func append(_ event: NewEvent, by actor: Author) async throws -> Receipt {
        let receipt = try await store.append(
            AppendRequest(
                streams: [StreamAppend(stream: Self.stream, events: [event])],
                actor: actor.id,
                correlationID: actor.correlationID,
                idempotency: actor.idempotency
            )
        )
        try await catchUp()
        return receipt
    }
}

extension PolicyChange {
    /// What an event says; nil where it is not understood.
    init?(_ event: RecordedEvent) {
        if event.type == Limits.PolicySet.type {
            guard let set = try? event.decode(Limits.PolicySet.self), let policy = RateLimitPolicy(set) else {
                return nil
            }
            self = .set(policy)
        } else if event.type == Limits.PolicyRemoved.type {
            guard let removed = try? event.decode(Limits.PolicyRemoved.self) else { return nil }
            self = .removed(removed.name)
        } else {
            return nil
        }
    }
}

extension Limits.PolicySet {
    /// The event that sets a policy.
    init(_ policy: RateLimitPolicy, reason: String?) {
        self.init(
            name: policy.name,
            routeClass: policy.routeClass.flatMap { RouteClass(rawValue: $0.rawValue) },
            partition: policy.partition.names,
            quota: policy.quota,
            windowSeconds: policy.windowSeconds,
            burst: policy.burst,
            reason: reason
        )
    }
}
