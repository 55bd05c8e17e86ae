import Synchronization

/// The loads that are under way, one for each key however many ask.
final class Flights: Sendable {
    struct Flight: Sendable {
        var number: UInt64
        var task: Task<CachedAnswer, any Error>
    }

    private struct State {
        var last: UInt64 = 0
        var flights: [CacheKey: Flight] = [:]
    }

    private let state = Mutex(State())

    /// The number of the flight that began last.
    var last: UInt64 { state.withLock { $0.last } }

    /// The flight that is under way, or one that begins now. It goes on whoever gives up waiting for it.
    func board(
        _ key: CacheKey,
        _ load: @escaping @Sendable () async throws -> CachedAnswer
    ) -> (flight: Flight, isNew: Bool) {
        state.withLock { state in
            if let flight = state.flights[key] { return (flight, false) }
            state.last += 1
            let number = state.last
            let task = Task {
                defer { self.land(key) }
                return try await load()
            }
            let flight = Flight(number: number, task: task)
            state.flights[key] = flight
            return (flight, true)
        }
    }

    private func land(_ key: CacheKey) { _ = state.withLock { $0.flights.removeValue(forKey: key) } }
}
