import EventStore
import HTTPAPI
import ProjectionEngine

/// Makes `X-Min-Position` wait until every read model of this replica holds the position.
struct ReadModelGate: PositionGate {
    let store: EventStore
    let projections: ProjectionEngine
    let patience: Duration

    func wait(for position: Int64) async throws {
        let size = try await store.head().size
        guard position < size else {
            throw Problem.unavailable(
                retryAfter: .seconds(1),
                "The log has \(size) events; the position \(position) is not in it yet."
            )
        }
        for definition in projections.definitions where definition.manifest.mode == .following {
            do {
                try await projections.wait(for: definition.name, toHold: position + 1, deadline: patience)
            } catch let error as ProjectionError {
                throw Problem.unavailable(retryAfter: .seconds(1), error.message)
            }
        }
    }
}
