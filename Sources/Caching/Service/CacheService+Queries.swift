package import EventStore
package import JSON

/// Results of queries, by the query's name and its parameters.
extension CacheService {
    /// The result of a query: kept, or made by `run`.
    ///
    /// - Parameters:
    ///   - query: its name, which patterns of ``invalidateQueryCache(_:reason:by:)`` fit, e.g. `fees-by-month`.
    ///   - tags: what the result depends on; where they are left out, on every event of every read model that is cached.
    ///   - run: makes the result, and says how many events of the log it takes into account.
    package func cacheQueryResult(
        _ query: String,
        params: JSONObject = [:],
        ttl: Duration? = nil,
        tags: [CacheTag] = [.anyModel],
        run: @escaping @Sendable (_ atLeast: Int64) async throws -> LoadedValue
    ) async throws -> CachedAnswer {
        try await cache.value(try key(query, params), tags: tags, ttl: ttl, load: run)
    }

    /// The result of a query if it is kept and holds.
    package func getCachedQuery(_ query: String, params: JSONObject = [:]) async throws -> [UInt8]? {
        let key = try key(query, params)
        return await cache.values([key])[key]?.value.bytes
    }

    /// Forgets results, in every replica: those whose query and parameters fit a pattern such as `fees-*`.
    package func invalidateQueryCache(
        _ pattern: String,
        reason: String? = nil,
        by actor: Author
    ) async throws -> Receipt {
        try await clear(CacheNamespace.queries.name, pattern: pattern, reason: reason, by: actor)
    }

    /// The same whatever the order of the parameters.
    private func key(_ query: String, _ params: JSONObject) throws -> CacheKey {
        let members = params.members.sorted { $0.name < $1.name }.map { "\(Self.text($0.name))=\(Self.text($0.value))" }
        return try cache.key(.queries, "\(query)?\(members.joined(separator: "&"))")
    }

    /// JSON in printable ASCII.
    private static func text(_ value: JSONValue) -> String {
        var writer = JSONWriter(reservingCapacity: 64)
        writer.value(value)
        return writer.bytes.map { byte in
            0x20..<0x7F ~= byte && byte != UInt8(ascii: "%")
                ? String(UnicodeScalar(byte)) : "%" + String(byte, radix: 16, uppercase: true)
        }.joined()
    }

    private static func text(_ name: String) -> String { text(.string(name)) }
}
