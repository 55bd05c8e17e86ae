/// How the pool and Redis get on.
package struct RedisAvailability: Sendable, Hashable {
    package var isAvailable: Bool
    /// How long it has been so.
    package var duration: Duration
    /// Why Redis was away last.
    package var lastError: RedisError?
    /// How often it was lost, attempts to come back included.
    package var failures: Int
    /// Callers that wait for a reply.
    package var pending: Int
    package var roundTrips: Int
}
