/// How the values of a namespace are made: bound where services meet, so that this module knows none of them.
package struct CacheSource: Sendable {
    /// The read models that a value depends on, and whatever else, by the id of what it is about.
    package var tags: @Sendable (_ id: String) -> [CacheTag]
    /// The key of the value of an id; the id itself by default.
    package var key: @Sendable (_ id: String) async throws -> String
    /// Makes the value of an id; is given what `Cache.value` gives its load.
    package var load: @Sendable (_ id: String, _ atLeast: Int64) async throws -> LoadedValue
    /// The ids that are worth making before anybody asks; nil where nobody can say which, and nothing can be warmed.
    package var ids: (@Sendable () async throws -> [String])?
    /// Makes the answers that clients get about an id, so that the first who asks finds them kept; nil where the value
    /// itself is what they are answered with.
    package var warm: (@Sendable (_ id: String) async throws -> Void)?

    package init(
        tags: @escaping @Sendable (_ id: String) -> [CacheTag],
        key: @escaping @Sendable (_ id: String) async throws -> String = { $0 },
        ids: (@Sendable () async throws -> [String])? = nil,
        warm: (@Sendable (_ id: String) async throws -> Void)? = nil,
        load: @escaping @Sendable (_ id: String, _ atLeast: Int64) async throws -> LoadedValue
    ) {
        self.tags = tags
        self.key = key
        self.warm = warm
        self.ids = ids
        self.load = load
    }
}
