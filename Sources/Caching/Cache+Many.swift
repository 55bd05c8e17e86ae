extension Cache {
    /// Values of many keys that are at hand, in this process or in Redis, in one round trip; nothing is loaded.
    package func values(_ keys: [CacheKey]) async -> [CacheKey: CachedAnswer] {
        guard isOn, await horizon.reach(horizon.seen, within: settings.patience) else { return [:] }
        var found: [CacheKey: CachedAnswer] = [:]
        var misses: [CacheKey: CacheCounters.Miss] = [:]
        defer { for (key, miss) in misses { counters[key.namespace.name]?.count(miss) } }
        for key in keys {
            guard let counters = counters[key.namespace.name] else { continue }
            switch find(key, counters) {
            case .hit(let answer), .stale(let answer):
                note(key, answer.value, counters)
                found[key] = answer
            case .miss(let miss): misses[key] = miss
            }
        }
        let rest = keys.filter { misses[$0] != nil && $0.namespace.isShared }
        guard let shared, !rest.isEmpty else { return found }
        for (key, finding) in zip(rest, await shared.find(rest)) {
            guard let counters = counters[key.namespace.name] else { continue }
            switch finding {
            case .value(let value):
                guard let answer = await accepted(key, [], value) else { continue }
                found[key] = answer
                misses[key] = nil
                counters.sharedHits.add(1, ordering: .relaxed)
            case .poisoned: counters.poisoned.add(1, ordering: .relaxed)
            case .absent, .unavailable: break
            }
        }
        return found
    }

    /// Keeps many values, in one round trip.
    package func keep(_ values: [(key: CacheKey, bytes: [UInt8], tags: [CacheTag], ttl: Duration?)]) async {
        guard isOn else { return }
        let epoch = horizon.epoch
        let size = horizon.size
        let made = values.map { entry in
            (
                entry.key,
                self.made(entry.key, LoadedValue(entry.bytes, size: size), tags: entry.tags, ttl: entry.ttl, cost: 0)
            )
        }
        for (key, value) in made { await keep(key, value, epoch: epoch, isShared: false) }
        let shareable = made.filter { key, value in
            key.namespace.isShared && value.bytes?.count ?? 0 <= key.namespace.maximumValueBytes
        }
        if let shared, !shareable.isEmpty { await shared.put(shareable) { sharedPlaces($0, $1) } }
    }
}
