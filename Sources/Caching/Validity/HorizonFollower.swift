package import EventStore
import Events
package import Logging
import ServiceLifecycle

/// Follows the log for a cache: notes what each event touches, and carries out what the cache's own events say.
package struct HorizonFollower: Service {
    private let store: EventStore
    private let cache: Cache
    private let tags: EventTags
    private let logger: Logger

    package init(store: EventStore, cache: Cache, tags: EventTags, logger: Logger) {
        self.store = store
        self.cache = cache
        self.tags = tags
        self.logger = logger
    }

    /// Follows until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFirst = true
            while !Task.isCancelled {
                do {
                    let size = try await self.store.head().size
                    if isFirst {
                        self.cache.horizon.begin(at: size)
                        isFirst = false
                    } else {
                        self.cache.horizon.beginAgain(at: size)
                        self.cache.forget()
                    }
                    try await self.follow(from: size)
                } catch {
                    if Task.isCancelled { return }
                    // First of all: what is kept may be of a log that is no more.
                    self.cache.horizon.suspend()
                    self.cache.forget()
                    self.logger.warning("the cache cannot follow the log", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: .milliseconds(500))
                }
            }
        }
    }

    private func follow(from size: Int64) async throws {
        for try await batch in store.follow(from: size) {
            for event in batch.events {
                let touched = tags(event)
                cache.horizon.touch(touched, at: event.position)
                if touched == nil { cache.forget() }
                clear(event)
            }
            cache.horizon.advance(to: batch.nextPosition)
        }
    }

    private func clear(_ event: RecordedEvent) {
        guard event.type == CacheEvents.Cleared.type, let cleared = try? event.decode(CacheEvents.Cleared.self),
            let namespace = cleared.namespace, let pattern = cleared.pattern.flatMap(KeyPattern.init)
        else { return }
        cache.local.clear(namespace, pattern, at: event.position + 1)
    }
}
