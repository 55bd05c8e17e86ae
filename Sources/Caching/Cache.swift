package import Logging
import Metrics
import Synchronization

/// Values at two levels: in this process and, where there is one, in Redis. What it answers holds by the log.
///
/// - A value is answered with only if none of its tags was touched past it, as far as this replica has followed the
///   log, and that is at least as far as any answer that the replica ever gave.
/// - However many ask for a key at the same time, it is loaded once.
/// - Without Redis it goes on with what is here, and no call waits longer for Redis than its pool allows.
package final class Cache: Sendable {
    /// How it behaves; for tests to change.
    package struct Settings: Sendable {
        /// In bytes; nothing is kept where 0.
        package var capacity = 67_108_864
        /// How long an answer waits for the log to be followed as far as an earlier answer went.
        package var patience = Duration.milliseconds(25)
        /// How long a replica has the right to load alone, and how long the others wait for it at most: one that died
        /// holds them up no longer.
        package var turnLength = Duration.seconds(3)
        /// How long replicas remember that a key's value was too large to be shared, and do not wait for each other.
        package var futileLength = Duration.seconds(10)
        package var clock = CacheClock.system
        /// Above 0, up to 1.
        package var random: @Sendable () -> Double = { Double.random(in: 0.000_000_1...1) }

        package init() {}
    }

    package let horizon: InvalidationHorizon
    package let namespaces: [CacheNamespace]
    package let settings: Settings
    package let local: LocalStore
    /// Nil where there is no Redis.
    package let shared: RedisStore?
    package let topKeys = TopKeys()
    let counters: [String: CacheCounters]
    let flights = Flights()
    /// Of loads past the cache.
    let directFlights = Flights()
    let logger: Logger

    package init(
        horizon: InvalidationHorizon,
        namespaces: [CacheNamespace],
        settings: Settings = Settings(),
        shared: RedisStore? = nil,
        logger: Logger
    ) {
        self.horizon = horizon
        self.namespaces = namespaces
        self.settings = settings
        self.shared = shared
        self.logger = logger
        local = LocalStore(capacity: settings.capacity)
        counters = Dictionary(uniqueKeysWithValues: namespaces.map { ($0.name, CacheCounters($0.name)) })
    }

    /// Whether anything is kept.
    package var isOn: Bool { settings.capacity > 0 }

    /// The namespace of that name.
    package func namespace(_ name: String) throws(CacheError) -> CacheNamespace {
        guard let namespace = namespaces.first(where: { $0.name == name }) else {
            let names = namespaces.map(\.name).joined(separator: ", ")
            throw CacheError(.unknownNamespace, "There is no such namespace; there are \(names).")
        }
        return namespace
    }

    package func key(_ namespace: CacheNamespace, _ text: String) throws(CacheError) -> CacheKey {
        guard counters[namespace.name] != nil else {
            throw CacheError(.unknownNamespace, "The namespace was not declared.")
        }
        guard let key = CacheKey(namespace, text) else { throw CacheError.badKey }
        return key
    }

    /// The places of all that a value depends on: what its maker says, and what the cache's own events touch.
    func places(_ key: CacheKey, _ tags: [CacheTag]) -> [UInt16] {
        [CacheTag.namespace(key.namespace.name).place, CacheTag.key(key.namespace.name, key.text).place]
            + tags.map(\.place)
    }

    /// What Redis holds has to bear with patterns, too.
    func sharedPlaces(_ key: CacheKey, _ value: CachedValue) -> [UInt16] {
        value.places + [CacheTag.shared(key.namespace.name).place]
    }

    // MARK: A value that is at hand

    /// What was found in this process.
    enum Finding {
        case hit(CachedAnswer)
        /// Holds, but its time is over: may be answered with while it is read anew.
        case stale(CachedAnswer)
        case miss(CacheCounters.Miss)
    }

    /// Looks in this process. The horizon has to have come as far as what was seen.
    func find(_ key: CacheKey, _ counters: CacheCounters) -> Finding {
        // Before the value: what is touched meanwhile counts against it.
        let size = horizon.size
        guard let value = local.value(key) else { return .miss(.absent) }
        guard horizon.holds(value.size, value.places) else {
            local.remove(key, value)
            return .miss(.invalidated)
        }
        let answer = CachedAnswer(value: value, holdsAt: max(size, value.size), source: .local)
        let now = settings.clock.now()
        if now < value.expiresAt { return .hit(answer) }
        if now < value.expiresAt &+ key.namespace.staleFor.nanoseconds, value.bytes != nil { return .stale(answer) }
        local.remove(key, value)
        return .miss(.expired)
    }

    /// The value of a key if it is in this process and holds; nothing is waited for.
    package func value(_ key: CacheKey) -> CachedAnswer? {
        guard isOn, let counters = counters[key.namespace.name], horizon.size >= horizon.seen else { return nil }
        switch find(key, counters) {
        case .hit(let answer), .stale(let answer):
            note(key, answer.value, counters)
            return answer
        case .miss(let miss):
            counters.count(miss)
            return nil
        }
    }

    func note(_ key: CacheKey, _ value: CachedValue, _ counters: CacheCounters) {
        let hits = counters.hits.add(1, ordering: .relaxed).oldValue
        if value.bytes == nil { counters.negativeHits.add(1, ordering: .relaxed) }
        if hits % TopKeys.sampling == 0 { topKeys.note(key) }
    }

    // MARK: Keeping

    /// A value as it is kept: its time is shortened by up to a tenth, so that what came together does not go together.
    func made(_ key: CacheKey, _ loaded: LoadedValue, tags: [CacheTag], ttl: Duration?, cost: Int64) -> CachedValue {
        let longest = loaded.bytes == nil ? key.namespace.negativeTTL : key.namespace.ttl
        let life = min(longest, ttl ?? longest).nanoseconds
        let jitter = Int64(Double(life) * 0.1 * settings.random())
        let now = settings.clock.now()
        var expiresAt = now &+ life &- jitter
        if let until = loaded.until {
            let (left, overflow) = (until.microseconds - settings.clock.calendar().microseconds)
                .multipliedReportingOverflow(by: 1_000)
            if !overflow { expiresAt = min(expiresAt, now &+ left) }
        }
        return CachedValue(
            bytes: loaded.bytes,
            size: loaded.size,
            places: places(key, tags),
            expiresAt: expiresAt,
            cost: cost
        )
    }

    /// What became of a value that was to be kept.
    enum Keeping: Sendable { case kept, tooLarge, outdated }

    /// Keeps a value at both levels, unless it is too large or already past.
    ///
    /// - Parameter epoch: the horizon's before the value was made: one of another log is not kept.
    @discardableResult
    func keep(_ key: CacheKey, _ value: CachedValue, epoch: Int, isShared: Bool = true) async -> Keeping {
        guard isOn else { return .outdated }
        guard value.bytes?.count ?? 0 <= key.namespace.maximumValueBytes else {
            counters[key.namespace.name]?.tooLarge.add(1, ordering: .relaxed)
            return .tooLarge
        }
        guard horizon.epoch == epoch, horizon.holds(value.size, value.places), value.expiresAt > settings.clock.now()
        else { return .outdated }
        local.put(key, value)
        guard horizon.epoch == epoch else {
            local.remove(key, value)
            return .outdated
        }
        if isShared, key.namespace.isShared, let shared {
            await shared.put([(key, value)]) { sharedPlaces($0, $1) }
        }
        return .kept
    }

    /// Forgets whatever was kept and asked for here: its text is not to stay in memory, though nobody would be answered
    /// with it.
    func forget() {
        local.removeAll()
        topKeys.clear()
    }

    // MARK: Figures

    /// The counts of a namespace, or of all.
    package func figures(_ namespace: String? = nil) -> CacheCounters.Figures {
        guard let namespace else { return counters.values.reduce(CacheCounters.Figures()) { $0 + $1.figures } }
        return counters[namespace]?.figures ?? CacheCounters.Figures()
    }

    /// Tells Prometheus how it stands.
    package func tell() {
        for counters in counters.values { counters.tell() }
        let figures = local.figures
        Gauge(label: "daybook_cache_entries").record(figures.entries)
        Gauge(label: "daybook_cache_bytes").record(figures.bytes)
        Gauge(label: "daybook_cache_capacity_bytes").record(settings.capacity)
        Gauge(label: "daybook_cache_evictions").record(figures.evictions)
        Gauge(label: "daybook_cache_refused_admissions").record(figures.refusals)
        Gauge(label: "daybook_cache_horizon_events").record(horizon.size)
        if let shared { Gauge(label: "daybook_cache_redis_up").record(shared.pool.availability.isAvailable ? 1 : 0) }
    }
}
