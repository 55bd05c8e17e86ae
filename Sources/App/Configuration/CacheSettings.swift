package import Redis

/// What a server keeps of answers, and through what servers share it.
package struct CacheSettings: Sendable {
    /// In bytes; 0 where nothing is kept.
    package var capacity: Int
    /// Nil where servers share nothing.
    package var redis: RedisConfiguration?
}

extension ConfigurationSource {
    mutating func cacheSettings() -> CacheSettings {
        CacheSettings(capacity: integer(.cacheBytes, in: 0...1_099_511_627_776), redis: redis())
    }

    private mutating func redis() -> RedisConfiguration? {
        guard let url = text(.redisURL) else { return nil }
        do throws(RedisError) {
            return try RedisConfiguration(url: url)
        } catch {
            // Its sentence never quotes the URL.
            refuse(.redisURL, "is not acceptable. \(error.message)")
            return nil
        }
    }
}
