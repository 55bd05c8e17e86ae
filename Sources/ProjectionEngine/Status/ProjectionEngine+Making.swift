import Logging
import Postgres
import Synchronization

/// Which making of each read model serves, as this replica knows.
final class ServingMakings: Sendable {
    private struct State {
        var makings: [String: String] = [:]
        var readAt: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// - Parameter age: nil is answered where what is known is older.
    func making(of name: String, within age: Duration) -> String? {
        state.withLock { state in
            guard let readAt = state.readAt, .now - readAt < age else { return nil }
            return state.makings[name]
        }
    }

    func note(_ makings: [String: String], readAt: ContinuousClock.Instant) {
        state.withLock { state in
            if let known = state.readAt, known > readAt { return }
            state = State(makings: makings, readAt: readAt)
        }
    }
}

extension ProjectionEngine {
    /// What is known is used for so long where it cannot be read again.
    private static let makingAge = Duration.seconds(2)
    private static let makingDeadline = Duration.seconds(5)

    /// Names the making of a read model that serves: another one after each rebuild, whoever does it, so that what was read
    /// before one is never taken for what is read after it. A rebuild by this program is known when it returns, another's
    /// within ``ProjectionLimits/look``. Empty where the read model was never made.
    package func making(of name: String) async throws -> String {
        if let known = makings.making(of: name, within: Self.makingAge) { return known }
        try await lookAtMakings()
        return makings.making(of: name, within: .seconds(60)) ?? ""
    }

    /// Keeps up with rebuilds by others until cancelled.
    func followMakings() async {
        while !Task.isCancelled {
            do { try await lookAtMakings() } catch {
                logger.debug("it cannot be read which read models serve", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: limits.look)
        }
    }

    func lookAtMakings() async throws {
        let readAt = ContinuousClock.now
        let rows = try await pool.query(
            "select name, making::text from projections.state",
            deadline: Self.makingDeadline
        )
        let found = try rows.map { try $0.decode((String, String).self) }
        makings.note(Dictionary(found, uniquingKeysWith: { $1 }), readAt: readAt)
    }
}
