/// How the values of a namespace are made: bound where services meet, so that this module knows none of them.
package struct CacheSource: Sendable {
    /// The read models that a value depends on, and whatever else, by the id of what it is about.
    package var tags: @Sendable (_ id: String) -> [CacheTag]
    /// Makes the value of an id; is given what `Cache.value` gives its load.
    package var load: @Sendable (_ id: String, _ atLeast: Int64) async throws -> LoadedValue
    /// The ids that are worth making before anybody asks; none by default.
    package var ids: @Sendable () async throws -> [String]

    package init(
        tags: @escaping @Sendable (_ id: String) -> [CacheTag],
        ids: @escaping @Sendable () async throws -> [String] = { [] },
        load: @escaping @Sendable (_ id: String, _ atLeast: Int64) async throws -> LoadedValue
    ) {
        self.tags = tags
        self.ids = ids
        self.load = load
    }
}
