import Access
package import Caching
import EventStore
import HTTPTypes
import JSON

extension Endpoint {
    /// The cache: how it stands, and what can be done to it.
    package static func cache(_ service: CacheService) -> [Endpoint] {
        [
            cacheStatus(service), cacheMetrics(service), cachePerformance(service), clearCache(service),
            warmCache(service), deleteCacheKey(service),
        ]
    }

    /// `POST /cache/clear`.
    private static func clearCache(_ service: CacheService) -> Endpoint {
        Endpoint(
            .post,
            "/cache/clear",
            "Clear the cache",
            details: """
                All of it, a namespace, or the keys of a namespace that fit a pattern. Every replica follows; this one \
                has when the request is answered.
                """,
            tag: "cache",
            access: .permission(BuiltInPermission.manageCache.name),
            inputs: IdempotencyHeader(),
            OptionalBody(CacheClearing.self),
            outputs: .json(.ok, .receipt, "It is cleared."),
            problems: .idempotencyKeyReused,
            .unavailable
        ) { context, key, clearing in
            do {
                return .receipt(
                    try await service.clear(
                        clearing.namespace,
                        pattern: clearing.pattern,
                        reason: clearing.reason,
                        by: Author(context, key)
                    )
                )
            } catch let error as CacheError {
                throw error.inBody(namespace: "/namespace")
            }
        }
    }

    /// `POST /cache/warm`.
    private static func warmCache(_ service: CacheService) -> Endpoint {
        Endpoint(
            .post,
            "/cache/warm",
            "Warm the cache",
            details: "Begins to make what is worth making before anybody asks. `GET /cache/status` says how far it is.",
            tag: "cache",
            access: .permission(BuiltInPermission.manageCache.name),
            inputs: OptionalBody(CacheWarming.self),
            outputs: .json(.accepted, .object(.required("warming", .array(of: .warming))), "It has begun."),
            problems: .conflict,
            .unavailable
        ) { context, warming in
            do {
                let begun = try service.warm(warming.namespaces, by: Author(context))
                return .json(.accepted) { writer in
                    writer.object { $0.member("warming", array: { for each in begun { each.write(to: &$0) } }) }
                }
            } catch let error as CacheError {
                throw error.inBody(namespace: "/namespaces")
            }
        }
    }

    /// `DELETE /cache/key/{key}`.
    private static func deleteCacheKey(_ service: CacheService) -> Endpoint {
        Endpoint(
            .delete,
            "/cache/key/{key}",
            "Delete a key from the cache",
            details: "In every replica, whether it is there or not.",
            tag: "cache",
            access: .permission(BuiltInPermission.manageCache.name),
            inputs: Path("key", .cacheKey, "The key."),
            Query("namespace", .text(1...100), default: CacheNamespace.values.name, "Its namespace."),
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "It is not there any more."),
            problems: .idempotencyKeyReused,
            .unavailable
        ) { context, key, namespace, idempotency in
            do {
                return .receipt(
                    try await service.delete(key, in: namespace, by: Author(context, idempotency))
                )
            } catch let error as CacheError {
                throw error.inQuery(namespace: "namespace")
            }
        }
    }
}

extension ValueFormat where Value == String {
    /// A key of the cache.
    fileprivate static let cacheKey = ValueFormat(
        .string().described("1 to \(CacheKey.maximumLength) printable ASCII characters")
    ) { text throws(ValueFormatError) in
        guard CacheKey(.values, text) != nil else {
            throw ValueFormatError("is to have 1 to \(CacheKey.maximumLength) printable ASCII characters.")
        }
        return text
    }
}
