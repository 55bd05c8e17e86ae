package import EventStore
import Events
package import Logging
import ServiceLifecycle

/// The cache as the plan has it: keys, strategies, invalidation and figures.
///
/// What takes something out of the cache is an event, so that every replica follows it, and its caller has returned only
/// when this one has.
package final class CacheService: Service, Sendable {
    package let cache: Cache
    let store: EventStore
    let sources: [String: CacheSource]
    let warming = WarmingState()
    let jobs = WarmingJobs()
    let logger: Logger

    /// - Parameter sources: how values are made, by the name of their namespace.
    package init(cache: Cache, store: EventStore, sources: [String: CacheSource] = [:], logger: Logger) {
        self.cache = cache
        self.store = store
        self.sources = sources
        self.logger = logger
    }

    /// Makes what is worth making once the log is followed, and tells Prometheus how the cache stands, until shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            let warming = Task {
                guard self.cache.isOn, await self.cache.horizon.reach(1, within: .seconds(60)) else { return }
                for namespace in self.warmable where !Task.isCancelled {
                    _ = try? await self.warm(namespace)
                }
            }
            while !Task.isCancelled {
                self.cache.tell()
                await self.checkSeen()
                try? await Task.sleep(for: .seconds(2))
            }
            warming.cancel()
            await warming.value
            await self.jobs.end()
        }
    }

    /// After a failover that lost commits, positions that were told before may lie beyond the log. Nobody is to wait for
    /// those.
    private func checkSeen() async {
        let known = cache.horizon.seen
        // Asked after it was known, so it covers every position that was told until then.
        guard known > cache.horizon.size, let size = try? await store.head().size else { return }
        cache.horizon.unsee(beyond: size, known: known)
    }

    // MARK: Keys

    /// Puts a value under a key, for other code to get. It goes when it is deleted or cleared, or its time is over.
    package func set(_ key: String, _ value: [UInt8], ttl: Duration? = nil, tags: [CacheTag] = []) async throws {
        try await set([(key, value)], ttl: ttl, tags: tags)
    }

    /// Puts many, in one round trip.
    package func set(_ values: [(key: String, value: [UInt8])], ttl: Duration? = nil, tags: [CacheTag] = [])
        async throws
    {
        let made = try values.map { key, bytes in
            guard bytes.count <= CacheNamespace.values.maximumValueBytes else {
                throw CacheError(
                    .tooLarge,
                    "A value has \(CacheNamespace.values.maximumValueBytes) bytes at most, not \(bytes.count)."
                )
            }
            return (key: try cache.key(.values, key), bytes: bytes, tags: tags, ttl: ttl)
        }
        _ = await cache.horizon.reach(cache.horizon.seen, within: .seconds(1))
        await cache.keep(made)
    }

    /// The value of a key, or nil.
    package func get(_ key: String) async throws -> [UInt8]? { try await get([key])[key] }

    /// The values of those keys that there are, in one round trip.
    package func get(_ keys: [String]) async throws -> [String: [UInt8]] {
        let found = await cache.values(try keys.map { try cache.key(.values, $0) })
        return Dictionary(
            found.compactMap { key, answer in answer.value.bytes.map { (key.text, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Whether there is a value.
    package func exists(_ key: String) async throws -> Bool { try await get(key) != nil }

    /// Deletes a key, in every replica.
    package func delete(
        _ key: String,
        in namespace: String = CacheNamespace.values.name,
        reason: String? = nil,
        by actor: Author
    ) async throws -> Receipt {
        let namespace = try cache.namespace(namespace)
        _ = try cache.key(namespace, key)
        return try await append(
            NewEvent(CacheEvents.KeyDeleted(namespace: namespace.name, reason: reason, key: key)),
            by: actor
        )
    }

    /// Clears everything, in every replica.
    package func flush(by actor: Author) async throws -> Receipt { try await clear(by: actor) }

    /// Clears a namespace, or what fits a pattern in it, or everything, in every replica.
    package func clear(
        _ namespace: String? = nil,
        pattern: String? = nil,
        reason: String? = nil,
        by actor: Author
    ) async throws -> Receipt {
        if let namespace { _ = try cache.namespace(namespace) }
        if let pattern {
            guard namespace != nil else {
                throw CacheError(.badPattern, "A pattern is of one namespace: name it.")
            }
            guard KeyPattern(pattern) != nil else { throw Self.badPattern }
        }
        return try await append(
            NewEvent(CacheEvents.Cleared(namespace: namespace, reason: reason, pattern: pattern)),
            by: actor
        )
    }

    static let badPattern = CacheError(
        .badPattern,
        "A pattern has 1 to \(KeyPattern.maximumLength) printable ASCII characters, * standing for anything at "
            + "\(KeyPattern.maximumStars) places at most."
    )

    /// Records what takes something out of the cache; returns once this replica has followed it.
    func append(_ event: NewEvent, by actor: Author) async throws -> Receipt {
        let receipt = try await store.append(
            AppendRequest(
                streams: [StreamAppend(stream: "cache", events: [event])],
                actor: actor.id,
                correlationID: actor.correlationID,
                idempotency: actor.idempotency
            )
        )
        if let last = receipt.events.last {
            cache.horizon.saw(last.position + 1)
            _ = await cache.horizon.reach(last.position + 1, within: .seconds(1))
        }
        return receipt
    }
}
