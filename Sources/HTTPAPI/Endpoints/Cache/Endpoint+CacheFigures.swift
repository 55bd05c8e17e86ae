import Access
import Caching
import JSON

extension Endpoint {
    /// `GET /cache/status`.
    static func cacheStatus(_ service: CacheService) -> Endpoint {
        Endpoint(
            .get,
            "/cache/status",
            "See how the cache stands",
            details:
                "Of the server that answers: each has a level of its own, and Redis, where there is one, between them.",
            tag: "cache",
            access: .permission(BuiltInPermission.readCache.name),
            outputs: .json(.ok, .anyObject, "How it stands."),
            problems: .unavailable
        ) { context in
            let cache = service.cache
            return .json { writer in
                writer.object { writer in
                    writer.member("isOn", cache.isOn)
                    writer.member("size", service.getCacheSize())
                    writer.member("bytes", service.getMemoryUsage().bytes)
                    writer.member("capacityBytes", service.getMemoryUsage().capacity)
                    writer.member("followedTo", cache.horizon.size)
                    writer.member("seen", cache.horizon.seen)
                    writer.member("redis", object: { cache.writeRedis(to: &$0) })
                    writer.member(
                        "namespaces",
                        array: { for namespace in cache.namespaces { namespace.write(to: &$0) } }
                    )
                    writer.member("warming", array: { for each in service.warmings { each.write(to: &$0) } })
                }
            }
        }
    }

    /// `GET /cache/metrics`.
    static func cacheMetrics(_ service: CacheService) -> Endpoint {
        Endpoint(
            .get,
            "/cache/metrics",
            "See what became of the questions to the cache",
            details: """
                Of the server that answers, since it started; `/metrics` has the same for Prometheus. Keys are shown as they \
                are to those who may read personal text, for they hold what was searched for; to others as route and code.
                """,
            tag: "cache",
            access: .permission(BuiltInPermission.readCache.name),
            inputs: Query("top", .count(0...100), default: 10, "How many of the keys asked for most to name."),
            outputs: .json(.ok, .anyObject, "The counts."),
            problems: .unavailable
        ) { context, top in
            let cache = service.cache
            let seesKeys = try await context.allows(BuiltInPermission.readPersonal.name, in: .institution)
            return .json { writer in
                writer.object { writer in
                    writer.member("hitRate", service.getCacheHitRate())
                    writer.member("missRate", service.getCacheMissRate())
                    writer.member("entries", cache.local.figures.entries)
                    writer.member("bytes", cache.local.figures.bytes)
                    writer.member("evictions", cache.local.figures.evictions)
                    writer.member("refusedAdmissions", cache.local.figures.refusals)
                    writer.member(
                        "namespaces",
                        array: { writer in
                            for namespace in cache.namespaces {
                                cache.figures(namespace.name).write(namespace.name, to: &writer)
                            }
                        }
                    )
                    writer.member(
                        "topKeys",
                        array: { for each in service.getTopCachedKeys(limit: top) { each.write(seesKeys, to: &$0) } }
                    )
                }
            }
        }
    }

    /// `GET /cache/performance`.
    static func cachePerformance(_ service: CacheService) -> Endpoint {
        Endpoint(
            .get,
            "/cache/performance",
            "See what the cache saves",
            details: "Of the server that answers, since it started.",
            tag: "cache",
            access: .permission(BuiltInPermission.readCache.name),
            outputs: .json(.ok, .anyObject, "How long loads take, and how many were spared."),
            problems: .unavailable
        ) { context in
            let cache = service.cache
            return .json { writer in
                writer.object { writer in
                    writer.member(
                        "namespaces",
                        array: { writer in
                            for namespace in cache.namespaces {
                                cache.figures(namespace.name).writePerformance(namespace.name, to: &writer)
                            }
                        }
                    )
                }
            }
        }
    }
}

extension Cache {
    fileprivate func writeRedis(to writer: inout JSONWriter) {
        guard let availability = shared?.pool.availability else { return writer.member("state", "none") }
        writer.member("state", availability.isAvailable ? "up" : "down")
        writer.member("sinceSeconds", Double(availability.duration.components.seconds))
        writer.member("failures", availability.failures)
        writer.member("pending", availability.pending)
        writer.member("roundTrips", availability.roundTrips)
        if !availability.isAvailable, let error = availability.lastError { writer.member("lastError", error.message) }
    }
}

extension CacheNamespace {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name)
            writer.member("version", version)
            writer.member("ttlSeconds", ttl.components.seconds)
            writer.member("maximumValueBytes", maximumValueBytes)
            writer.member("isShared", isShared)
        }
    }
}

extension WarmingProgress {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("namespace", namespace)
            writer.member("total", total)
            writer.member("loaded", loaded)
            writer.member("failed", failed)
            writer.member("isDone", isDone)
        }
    }
}

extension Schema {
    static let warming = Schema.object(
        .required("namespace", .string()),
        .required("total", .integer().described("How many are to be made")),
        .required("loaded", .integer().described("How many are there")),
        .required("failed", .integer().described("How many could not be made")),
        .required("isDone", .boolean)
    ).named("CacheWarming")
}

extension CacheCounters.Figures {
    fileprivate func write(_ namespace: String, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("namespace", namespace)
            writer.member("hits", hits)
            writer.member("sharedHits", sharedHits)
            writer.member("negativeHits", negativeHits)
            writer.member("staleHits", staleHits)
            writer.member("misses", missCount)
            writer.member(
                "missesByReason",
                object: { writer in
                    for miss in CacheCounters.Miss.allCases { writer.member(miss.name, misses[miss] ?? 0) }
                }
            )
            writer.member("poisoned", poisoned)
            writer.member("tooLarge", tooLarge)
            if let hitRate { writer.member("hitRate", hitRate) }
        }
    }

    fileprivate func writePerformance(_ namespace: String, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("namespace", namespace)
            writer.member("loads", loads)
            writer.member("loadFailures", failures)
            writer.member("joinedLoads", joined)
            writer.member("earlyRefreshes", refreshes)
            writer.member("loadSeconds", loadSeconds)
            if let mean = meanLoadSeconds {
                writer.member("meanLoadSeconds", mean)
                writer.member("savedSeconds", mean * Double(hits + sharedHits + joined))
            }
        }
    }
}

extension TopKeys.Entry {
    fileprivate func write(_ seesKeys: Bool, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("namespace", namespace)
            writer.member("key", seesKeys ? key : code)
            writer.member("count", count)
            writer.member("countError", error)
        }
    }
}
