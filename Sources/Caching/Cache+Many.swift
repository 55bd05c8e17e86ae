extension Cache {
    /// Values of many keys that are at hand, in this process or in Redis, in one round trip; nothing is loaded.
    package func values(_ keys: [CacheKey]) async -> [CacheKey: CachedAnswer] {
        guard isOn, await horizon.reach(horizon.seen, within: settings.patience) else { return [:] }
        var found: [CacheKey: CachedAnswer] = [:]
        for key in keys { found[key] = value(key) }
        let rest = keys.filter { found[$0] == nil && $0.namespace.isShared }
        guard let shared, !rest.isEmpty else { return found }
        for (key, finding) in zip(rest, await shared.find(rest)) {
            guard let counters = counters[key.namespace.name] else { continue }
            switch finding {
            case .value(let value): found[key] = await accepted(key, [], value, counters)
            case .poisoned: counters.poisoned.add(1, ordering: .relaxed)
            case .absent, .unavailable: break
            }
        }
        return found
    }

    /// Keeps many values, in one round trip.
    package func keep(_ values: [(key: CacheKey, bytes: [UInt8], tags: [CacheTag], ttl: Duration?)]) async {
        guard isOn else { return }
        let size = horizon.size
        let made = values.map { entry in
            (
                entry.key,
                self.made(entry.key, LoadedValue(entry.bytes, size: size), tags: entry.tags, ttl: entry.ttl, cost: 0)
            )
        }
        for (key, value) in made { await keep(key, value, isShared: false) }
        let shareable = made.filter { key, value in
            key.namespace.isShared && value.bytes?.count ?? 0 <= key.namespace.maximumValueBytes
        }
        if let shared, !shareable.isEmpty { await shared.put(shareable) { sharedPlaces($0, $1) } }
    }
}
