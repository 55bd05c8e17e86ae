package import Redis
import Synchronization

/// Values that replicas share through Redis, sealed. Says at once that it has nothing while Redis is away.
package final class RedisStore: Sendable {
    /// What came of asking.
    enum Finding: Sendable {
        case value(CachedValue)
        case absent
        /// There was something, but not what a replica had put there.
        case poisoned
        case unavailable
    }

    private static let release = RedisScript(
        "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
    )
    private static let mark = RedisScript(
        "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end return 0"
    )
    /// Stands in the place of a turn that nobody has, where waiting for each other is of no use. No turn looks like it.
    private static let futile: [UInt8] = Array("futile".utf8)

    package let pool: RedisPool
    private let secret: @Sendable () -> [UInt8]?
    private let seal = Mutex<(secret: [UInt8], seal: ValueSeal)?>(nil)
    private let clock: CacheClock

    /// - Parameter secret: asked for when it is needed, so that a running replica follows when keys are replaced; while
    ///   there is none, nothing is shared.
    package init(pool: RedisPool, clock: CacheClock = .system, secret: @escaping @Sendable () -> [UInt8]?) {
        self.pool = pool
        self.clock = clock
        self.secret = secret
    }

    private func currentSeal() -> ValueSeal? {
        guard pool.availability.isAvailable, let secret = secret() else { return nil }
        return seal.withLock { known in
            if let known, known.secret == secret { return known.seal }
            guard let made = try? ValueSeal(secret: secret) else { return nil }
            known = (secret, made)
            return made
        }
    }

    func find(_ key: CacheKey) async -> Finding { await find([key])[0] }

    /// Looks for many in one round trip.
    func find(_ keys: [CacheKey]) async -> [Finding] {
        let nothing = [Finding](repeating: .unavailable, count: keys.count)
        guard !keys.isEmpty, let seal = currentSeal() else { return nothing }
        let command = RedisCommand(parts: [Array("MGET".utf8)] + keys.map { seal.name(of: $0) })
        guard let found = try? await pool.send(command).elements, found.count == keys.count else { return nothing }
        return zip(keys, found).map { key, reply in
            if reply == .null { return .absent }
            guard let bytes = reply.bytes, let opened = seal.open(bytes, for: key) else { return .poisoned }
            return value(opened, key)
        }
    }

    /// Looks for one, and whether another replica has the turn to load it.
    func findWithTurn(_ key: CacheKey) async -> (finding: Finding, isHeld: Bool) {
        guard let seal = currentSeal() else { return (.unavailable, false) }
        let names = [seal.name(of: key), seal.name(of: key, "turn")]
        guard let found = try? await pool.send(RedisCommand(parts: [Array("MGET".utf8)] + names)).elements,
            found.count == 2
        else { return (.unavailable, false) }
        let isHeld = found[1] != .null && found[1].bytes != Self.futile
        if found[0] == .null { return (.absent, isHeld) }
        guard let bytes = found[0].bytes, let opened = seal.open(bytes, for: key) else { return (.poisoned, isHeld) }
        return (value(opened, key), isHeld)
    }

    private func value(_ opened: ValueSeal.Opened, _ key: CacheKey) -> Finding {
        // No value may outlive its namespace's time, whatever the clock of the replica that made it.
        let left = min((opened.until - clock.calendar().microseconds) * 1_000, key.namespace.ttl.nanoseconds)
        guard left > 0 else { return .absent }
        return .value(
            CachedValue(
                bytes: opened.bytes,
                size: opened.size,
                places: opened.places,
                expiresAt: clock.now() + left,
                cost: opened.cost
            )
        )
    }

    /// Puts many in one round trip, each for as long as it lasts here. What cannot be put is left out.
    func put(_ values: [(CacheKey, CachedValue)], places: (CacheKey, CachedValue) -> [UInt16]) async {
        guard let seal = currentSeal() else { return }
        let commands = values.compactMap { key, value -> RedisCommand? in
            let left = (value.expiresAt - clock.now()) / 1_000_000
            let until = clock.calendar().microseconds + left * 1_000
            guard left > 0,
                let sealed = try? seal.seal(value, until: until, places: places(key, value), for: key)
            else { return nil }
            return RedisCommand("SET", seal.name(of: key), sealed, "PX", left)
        }
        _ = try? await pool.send(commands)
    }

    // MARK: One load among replicas

    /// A replica's right to load a key, for a while.
    struct Turn: Sendable {
        fileprivate var name: [UInt8]
        fileprivate var token: [UInt8]
    }

    /// The turn; nil where another replica has it.
    func takeTurn(_ key: CacheKey, for limit: Duration) async throws(RedisError) -> Turn? {
        guard let seal = currentSeal() else { throw RedisError(.unavailable, "Nothing is shared.") }
        let name = seal.name(of: key, "turn")
        let token = (0..<16).map { _ in UInt8.random(in: 0...255) }
        let reply = try await pool.send(
            RedisCommand("SET", name, token, "NX", "PX", limit.nanoseconds / 1_000_000)
        )
        return reply.isOK ? Turn(name: name, token: token) : nil
    }

    func giveBack(_ turn: Turn) async {
        _ = try? await pool.evaluate(Self.release, keys: [turn.name], arguments: [turn.token])
    }

    /// Gives the turn back, and lets nobody wait for another for a while: what is loaded cannot be shared.
    func giveBack(_ turn: Turn, asFutileFor limit: Duration) async {
        let length = Array(String(limit.nanoseconds / 1_000_000).utf8)
        _ = try? await pool.evaluate(Self.mark, keys: [turn.name], arguments: [turn.token, Self.futile, length])
    }
}
