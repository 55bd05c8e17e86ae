import Redis

extension Cache {
    /// The value of a key: at hand, or made by `load`.
    ///
    /// - Parameters:
    ///   - tags: what the value depends on; the same for each who asks for the key.
    ///   - ttl: how long it may live, where that is less than its namespace allows.
    ///   - load: makes the value. Is given a size: what touched the value last is among so many first events, so a load
    ///     that takes fewer into account may be behind what this replica has told. Runs once for all who ask, and goes
    ///     on when they give up.
    package func value(
        _ key: CacheKey,
        tags: [CacheTag],
        ttl: Duration? = nil,
        load: @escaping @Sendable (_ atLeast: Int64) async throws -> LoadedValue
    ) async throws -> CachedAnswer {
        guard isOn, let counters = counters[key.namespace.name] else { return try await direct(key, tags, ttl, load) }
        let seen = horizon.seen
        if horizon.size < seen {
            guard await horizon.reach(seen, within: settings.patience) else {
                counters.count(.behind)
                return try await direct(key, tags, ttl, load)
            }
        }
        switch find(key, counters) {
        case .hit(let answer):
            note(key, answer.value, counters)
            refreshEarly(key, answer.value, tags, ttl, counters, load)
            return answer
        case .stale(let answer):
            note(key, answer.value, counters)
            counters.staleHits.add(1, ordering: .relaxed)
            _ = flights.board(key) { try await self.load(key, tags, ttl, isRefresh: true, counters, load) }
            return answer
        case .miss(let miss):
            counters.count(miss)
        }
        return try await flown(key, tags, ttl, counters, load)
    }

    /// Waits for a load: for one that is under way only if its outcome is not behind what this caller may expect.
    private func flown(
        _ key: CacheKey,
        _ tags: [CacheTag],
        _ ttl: Duration?,
        _ counters: CacheCounters,
        _ load: @escaping @Sendable (Int64) async throws -> LoadedValue
    ) async throws -> CachedAnswer {
        let arrived = flights.last
        while true {
            let (flight, isNew) = flights.board(key) { try await self.load(key, tags, ttl, counters, load) }
            if !isNew { counters.joined.add(1, ordering: .relaxed) }
            let answer = try await flight.task.value
            // Begun after this caller came: as good as its own.
            if isNew || flight.number > arrived { return judged(answer) }
            let size = horizon.size
            if horizon.holds(answer.value.size, answer.value.places) {
                return CachedAnswer(
                    value: answer.value,
                    holdsAt: max(size, answer.value.size),
                    source: answer.source
                )
            }
        }
    }

    private func judged(_ answer: CachedAnswer) -> CachedAnswer {
        var answer = answer
        let size = horizon.size
        if horizon.holds(answer.value.size, answer.value.places) {
            answer.holdsAt = max(size, answer.value.size)
        }
        return answer
    }

    private func refreshEarly(
        _ key: CacheKey,
        _ value: CachedValue,
        _ tags: [CacheTag],
        _ ttl: Duration?,
        _ counters: CacheCounters,
        _ load: @escaping @Sendable (Int64) async throws -> LoadedValue
    ) {
        let isDue = EarlyRefresh.isDue(
            now: settings.clock.now(),
            expiresAt: value.expiresAt,
            cost: value.cost,
            random: settings.random
        )
        guard isDue else { return }
        let (_, isNew) = flights.board(key) {
            try await self.load(key, tags, ttl, isRefresh: true, counters, load)
        }
        if isNew { counters.refreshes.add(1, ordering: .relaxed) }
    }

    // MARK: Loading

    /// From Redis, or by this replica while the others wait.
    private func load(
        _ key: CacheKey,
        _ tags: [CacheTag],
        _ ttl: Duration?,
        isRefresh: Bool = false,
        _ counters: CacheCounters,
        _ load: @escaping @Sendable (Int64) async throws -> LoadedValue
    ) async throws -> CachedAnswer {
        guard key.namespace.isShared, let shared else { return try await made(key, tags, ttl, counters, load) }
        if !isRefresh, let found = await sharedValue(key, tags, shared, counters) { return found }
        let turn: RedisStore.Turn?
        do throws(RedisError) {
            turn = try await shared.takeTurn(key, for: settings.turnLength)
        } catch {
            return try await made(key, tags, ttl, counters, load)
        }
        guard let turn else {
            if let found = await awaited(key, tags, shared, counters) { return found }
            return try await made(key, tags, ttl, counters, load)
        }
        do {
            // Another replica may have loaded it between the look and the turn.
            if !isRefresh, let found = await sharedValue(key, tags, shared, counters) {
                await shared.giveBack(turn)
                return found
            }
            let answer = try await made(key, tags, ttl, counters, load)
            await shared.giveBack(turn)
            return answer
        } catch {
            await shared.giveBack(turn)
            throw error
        }
    }

    /// What another replica puts into Redis within a bound.
    private func awaited(
        _ key: CacheKey,
        _ tags: [CacheTag],
        _ shared: RedisStore,
        _ counters: CacheCounters
    ) async -> CachedAnswer? {
        let end = ContinuousClock.now + settings.turnPatience
        var pause = Duration.milliseconds(4)
        while ContinuousClock.now < end {
            try? await Task.sleep(for: pause)
            if let found = await sharedValue(key, tags, shared, counters) { return found }
            pause = min(pause * 2, .milliseconds(32))
        }
        return nil
    }

    /// The value that Redis has, if it holds here.
    func sharedValue(
        _ key: CacheKey,
        _ tags: [CacheTag],
        _ shared: RedisStore,
        _ counters: CacheCounters
    ) async -> CachedAnswer? {
        switch await shared.find(key) {
        case .absent, .unavailable: return nil
        case .poisoned:
            counters.poisoned.add(1, ordering: .relaxed)
            return nil
        case .value(let value): return await accepted(key, tags, value, counters)
        }
    }

    /// A value from Redis, judged by this replica: by its own tags and by those that the caller names.
    func accepted(
        _ key: CacheKey,
        _ tags: [CacheTag],
        _ value: CachedValue,
        _ counters: CacheCounters
    ) async -> CachedAnswer? {
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
        counters.sharedHits.add(1, ordering: .relaxed)
        return CachedAnswer(value: kept, holdsAt: max(size, value.size), source: .shared)
    }

    private func made(
        _ key: CacheKey,
        _ tags: [CacheTag],
        _ ttl: Duration?,
        _ counters: CacheCounters,
        _ load: @escaping @Sendable (Int64) async throws -> LoadedValue
    ) async throws -> CachedAnswer {
        let start = settings.clock.now()
        let loaded: LoadedValue
        do { loaded = try await load(horizon.lastTouch(places(key, tags))) } catch {
            counters.failures.add(1, ordering: .relaxed)
            throw error
        }
        let cost = max(settings.clock.now() - start, 0)
        counters.noteLoad(cost)
        let value = made(key, loaded, tags: tags, ttl: ttl, cost: cost)
        await keep(key, value)
        return CachedAnswer(value: value, holdsAt: value.size, source: .loaded)
    }

    /// Past the cache.
    private func direct(
        _ key: CacheKey,
        _ tags: [CacheTag],
        _ ttl: Duration?,
        _ load: @Sendable (Int64) async throws -> LoadedValue
    ) async throws -> CachedAnswer {
        let value = made(key, try await load(0), tags: tags, ttl: ttl, cost: 0)
        return CachedAnswer(value: value, holdsAt: value.size, source: .loaded)
    }
}
