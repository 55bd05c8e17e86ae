import Redis

extension Cache {
    /// Makes a value.
    package typealias Load = @Sendable (_ atLeast: Int64) async throws -> LoadedValue

    /// The value of a key: at hand, or made by `load`.
    ///
    /// - Parameters:
    ///   - tags: what the value depends on; the same for each who asks for the key.
    ///   - ttl: how long it may live, where that is less than its namespace allows.
    ///   - load: makes the value. Is given a size: this replica has told of what the first so many events did, so a load
    ///     that can take no more than fewer into account throws. Runs once for all who ask, and goes on when they give up.
    package func value(
        _ key: CacheKey,
        tags: [CacheTag],
        ttl: Duration? = nil,
        load: @escaping Load
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
            do {
                let answer = try await flown(key, tags, ttl, counters, load)
                if answer.source == .shared {
                    counters.sharedHits.add(1, ordering: .relaxed)
                } else {
                    counters.count(miss)
                }
                return answer
            } catch {
                counters.count(miss)
                throw error
            }
        }
    }

    /// Waits for a load: for one that is under way only if its outcome is not behind what this caller may expect.
    private func flown(
        _ key: CacheKey,
        _ tags: [CacheTag],
        _ ttl: Duration?,
        _ counters: CacheCounters,
        _ load: @escaping Load
    ) async throws -> CachedAnswer {
        let arrived = flights.last
        while true {
            let (flight, isNew) = flights.board(key) { try await self.load(key, tags, ttl, counters, load) }
            if !isNew { counters.joined.add(1, ordering: .relaxed) }
            var answer = try await flight.task.value
            let size = horizon.size
            let holds = horizon.epoch == answer.epoch && horizon.holds(answer.value.size, answer.value.places)
            if holds { answer.holdsAt = max(size, answer.value.size) }
            // Begun after this caller came: as good as its own.
            if holds || isNew || flight.number > arrived { return answer }
        }
    }

    private func refreshEarly(
        _ key: CacheKey,
        _ value: CachedValue,
        _ tags: [CacheTag],
        _ ttl: Duration?,
        _ counters: CacheCounters,
        _ load: @escaping Load
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

    /// Loads a value in this replica, and keeps it if it may be.
    func made(
        _ key: CacheKey,
        _ tags: [CacheTag],
        _ ttl: Duration?,
        _ counters: CacheCounters,
        _ load: Load
    ) async throws -> (answer: CachedAnswer, keeping: Keeping) {
        let start = settings.clock.now()
        // In this order: what is noted meanwhile counts against the value.
        let epoch = horizon.epoch
        let size = horizon.size
        let atLeast = horizon.lastTouch(places(key, tags), upTo: size)
        let loaded: LoadedValue
        do { loaded = try await load(atLeast) } catch {
            counters.failures.add(1, ordering: .relaxed)
            throw error
        }
        let cost = max(settings.clock.now() - start, 0)
        counters.noteLoad(cost)
        let value = made(key, loaded, tags: tags, ttl: ttl, cost: cost)
        let keeping = await keep(key, value, epoch: epoch)
        // Nothing that touches it lies between what it was made from and what was followed when its load began.
        let holdsAt = loaded.size >= atLeast ? max(size, loaded.size) : loaded.size
        return (CachedAnswer(value: value, holdsAt: holdsAt, source: .loaded, epoch: epoch), keeping)
    }

    /// Past the cache; still once for all who ask, and no older than what this replica has told.
    private func direct(
        _ key: CacheKey,
        _ tags: [CacheTag],
        _ ttl: Duration?,
        _ load: @escaping Load
    ) async throws -> CachedAnswer {
        let seen = horizon.seen
        let arrived = directFlights.last
        while true {
            let (flight, isNew) = directFlights.board(key) {
                let epoch = self.horizon.epoch
                let value = self.made(key, try await load(self.horizon.seen), tags: tags, ttl: ttl, cost: 0)
                return CachedAnswer(value: value, holdsAt: value.size, source: .loaded, epoch: epoch)
            }
            let answer = try await flight.task.value
            let isNewEnough = answer.epoch == horizon.epoch && answer.value.size >= seen
            if isNew || flight.number > arrived || isNewEnough { return answer }
        }
    }
}
