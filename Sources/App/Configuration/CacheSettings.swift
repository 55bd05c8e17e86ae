/// What a server keeps of answers.
package struct CacheSettings: Sendable {
    /// In bytes; 0 where nothing is kept.
    package var capacity: Int
}

extension ConfigurationSource {
    mutating func cacheSettings() -> CacheSettings {
        CacheSettings(capacity: integer(.cacheBytes, in: 0...1_099_511_627_776))
    }
}
