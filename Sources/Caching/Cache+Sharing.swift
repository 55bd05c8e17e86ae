import Redis

/// Loads among replicas that share a Redis.
extension Cache {
    /// From Redis, or by this replica while the others wait.
    func load(
        _ key: CacheKey,
        _ tags: [CacheTag],
        _ ttl: Duration?,
        isRefresh: Bool = false,
        _ counters: CacheCounters,
        _ load: @escaping Load
    ) async throws -> CachedAnswer {
        guard key.namespace.isShared, let shared else { return try await made(key, tags, ttl, counters, load).answer }
        if !isRefresh, let found = await sharedValue(key, tags, shared, counters) { return found }
        let turn: RedisStore.Turn?
        do throws(RedisError) {
            turn = try await shared.takeTurn(key, for: settings.turnLength)
        } catch {
            return try await made(key, tags, ttl, counters, load).answer
        }
        guard let turn else {
            if let found = await awaited(key, tags, shared, counters) { return found }
            return try await made(key, tags, ttl, counters, load).answer
        }
        do {
            // Another replica may have loaded it between the look and the turn.
            if !isRefresh, let found = await sharedValue(key, tags, shared, counters) {
                await shared.giveBack(turn)
                return found
            }
            let (answer, keeping) = try await made(key, tags, ttl, counters, load)
            if keeping == .tooLarge {
                await shared.giveBack(turn, asFutileFor: settings.futileLength)
            } else {
                await shared.giveBack(turn)
            }
            return answer
        } catch {
            await shared.giveBack(turn)
            throw error
        }
    }

    /// What another replica puts into Redis while it has the turn; nil once it has no more, whatever became of its load.
    private func awaited(
        _ key: CacheKey,
        _ tags: [CacheTag],
        _ shared: RedisStore,
        _ counters: CacheCounters
    ) async -> CachedAnswer? {
        let end = ContinuousClock.now + settings.turnLength
        var pause = Duration.milliseconds(4)
        while true {
            let (finding, isHeld) = await shared.findWithTurn(key)
            if let found = await taken(finding, key, tags, counters) { return found }
            guard isHeld, ContinuousClock.now < end else { return nil }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(32))
        }
    }

    /// The value that Redis has, if it holds here.
    private func sharedValue(
        _ key: CacheKey,
        _ tags: [CacheTag],
        _ shared: RedisStore,
        _ counters: CacheCounters
    ) async -> CachedAnswer? {
        await taken(await shared.find(key), key, tags, counters)
    }

    private func taken(
        _ finding: RedisStore.Finding,
        _ key: CacheKey,
        _ tags: [CacheTag],
        _ counters: CacheCounters
    ) async -> CachedAnswer? {
        switch finding {
        case .absent, .unavailable: return nil
        case .poisoned:
            counters.poisoned.add(1, ordering: .relaxed)
            return nil
        case .value(let value): return await accepted(key, tags, value)
        }
    }

    /// A value from Redis, judged by this replica: by its own tags and by those that the caller names.
    func accepted(_ key: CacheKey, _ tags: [CacheTag], _ value: CachedValue) async -> CachedAnswer? {
        let epoch = horizon.epoch
        // One from a log that was longer than this one is must not be taken for one of this log.
        guard await horizon.reach(value.size, within: settings.patience) else { return nil }
        let size = horizon.size
        let own = places(key, tags)
        guard size >= horizon.seen, horizon.holds(value.size, value.places), horizon.holds(value.size, own) else {
            return nil
        }
        let kept = CachedValue(
            bytes: value.bytes,
            size: value.size,
            places: own.isEmpty ? value.places : Array(Set(own + value.places.dropLast())),
            expiresAt: value.expiresAt,
            cost: value.cost
        )
        local.put(key, kept)
        guard horizon.epoch == epoch else {
            local.remove(key, kept)
            return nil
        }
        return CachedAnswer(value: kept, holdsAt: max(size, value.size), source: .shared, epoch: epoch)
    }
}
