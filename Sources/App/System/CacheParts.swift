import Caching
import Events
import HTTPAPI
import Institution
import Logging
import ProjectionEngine
import Redis
import ServiceLifecycle

/// The cache of a server, wired: what follows the log for it, what makes its values, and Redis where there is one.
struct CacheParts: Sendable {
    /// The read models of what is cached beside resources.
    private static let furtherModels = ["access", "identity", "analytics"]

    let redis: RedisPool?
    let service: CacheService
    /// What the institution's routes answer by.
    let institution: InstitutionAccess
    /// Answers as they go out.
    let answers: CachedAnswers
    private let follower: HorizonFollower
    private let logger: Logger

    /// - Parameter cursors: seals those of pages.
    init(_ system: DaybookSystem, cursors: @escaping @Sendable () throws -> CursorSeal) throws {
        logger = system.logger
        let settings = system.configuration.caching
        redis = system.redis
        var cacheSettings = Cache.Settings()
        cacheSettings.capacity = settings.capacity
        let keys = system.store.keys
        let cache = Cache(
            horizon: InvalidationHorizon(),
            namespaces: CacheNamespace.declared,
            settings: cacheSettings,
            shared: redis.map { pool in RedisStore(pool: pool) { try? keys.secret(for: "cache") } },
            logger: system.logger
        )
        answers = CachedAnswers(cache)
        institution = InstitutionAccess(
            service: system.institution,
            directory: system.directory,
            decisions: system.access.decisions,
            answers: answers
        )
        service = CacheService(
            cache: cache,
            store: system.store,
            sources: .of(system, institution, cursors: cursors),
            logger: system.logger
        )
        follower = HorizonFollower(
            store: system.store,
            cache: cache,
            tags: Self.tags(system.projections.definitions.map(\.manifest)),
            logger: system.logger
        )
    }

    /// What events change, by the manifests of the read models.
    static func tags(_ manifests: [ProjectionManifest]) -> EventTags {
        let cached = Set(Resource.all.map(\.readModel) + furtherModels)
        return EventTags(
            models: manifests.filter { cached.contains($0.name) }.map { manifest in
                EventTags.Model(manifest.name, types: manifest.types ?? Set(EventCatalogue.all.map(\.type)))
            },
            branches: { FactType.branches(changedBy: $0, $1) },
            thing: { type, data in
                FactType.thing(of: type, data).map { kind, stream in
                    (kind.rawValue, Resource.all.contains { $0.isThing && $0.things.contains(kind) } ? stream : nil)
                }
            }
        )
    }

    /// Hears of every position that is told or demanded.
    var witness: @Sendable (Int64) -> Void {
        { [horizon = service.cache.horizon] in horizon.saw($0 + 1) }
    }

    /// Runs until graceful shutdown.
    func run() async throws {
        let cache = service.cache
        logger.info(
            "the cache",
            metadata: [
                "bytes": "\(cache.settings.capacity)",
                "redis": "\(redis.map { "\($0.configuration)" } ?? "none, each server keeps its own")",
            ]
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await follower.run() }
            group.addTask { try await service.run() }
            for try await _ in group {}
        }
    }
}
