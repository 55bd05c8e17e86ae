/// What a Redis does when its memory is used up.
package struct RedisMemory: Sendable, Hashable {
    /// How many bytes it may use; 0 for as many as there are.
    package var maximum: Int64
    /// `maxmemory-policy`.
    package var policy: String

    /// Whether it throws away what it was asked to keep for a while, which it does under every other policy.
    package var evicts: Bool { maximum > 0 && policy != "noeviction" }

    /// Reads the answer to `INFO memory`; nil where it does not say.
    init?(_ info: String) {
        var (maximum, policy): (Int64?, String?)
        for line in info.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            if parts[0] == "maxmemory" { maximum = Int64(parts[1]) }
            if parts[0] == "maxmemory_policy" { policy = parts[1] }
        }
        guard let maximum, let policy else { return nil }
        (self.maximum, self.policy) = (maximum, policy)
    }
}

extension RedisPool {
    /// What Redis does when its memory is used up; nil where it may not be asked, or is away.
    package func memory() async -> RedisMemory? {
        guard let bytes = try? await send(RedisCommand("INFO", "memory")).bytes else { return nil }
        return RedisMemory(String(decoding: bytes, as: UTF8.self))
    }
}
