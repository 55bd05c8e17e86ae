/// The plan's figures.
extension CacheService {
    /// Of all questions, how many were answered from the cache: 0 to 1; 0 where nobody has asked.
    package func getCacheHitRate(_ namespace: String? = nil) -> Double { cache.figures(namespace).hitRate ?? 0 }

    /// Of all questions, how many were not: 0 to 1; 0 where nobody has asked.
    package func getCacheMissRate(_ namespace: String? = nil) -> Double {
        cache.figures(namespace).hitRate.map { 1 - $0 } ?? 0
    }

    /// How many values are in this process.
    package func getCacheSize() -> Int { cache.local.figures.entries }

    /// How many bytes they take, with all that is kept beside them, and how many they may.
    package func getMemoryUsage() -> (bytes: Int, capacity: Int) {
        (cache.local.figures.bytes, cache.settings.capacity)
    }

    /// The keys that are asked for most, of a sample of the questions.
    package func getTopCachedKeys(limit: Int) -> [TopKeys.Entry] { cache.topKeys.first(limit) }
}
