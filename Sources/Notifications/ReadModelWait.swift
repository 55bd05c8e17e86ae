import EventStore
import ProjectionEngine

/// Has a read wait until read models hold what was recorded before it.
struct ReadModelWait: Sendable {
    let store: EventStore
    let engine: ProjectionEngine
    var patience = Duration.seconds(5)

    /// Waits until read models hold the first `size` events; all there are if nil.
    ///
    /// - Throws: `NotificationError(.behind)` if that takes too long.
    func callAsFunction(for names: String..., toHold size: Int64? = nil) async throws {
        let wanted: Int64
        if let size { wanted = size } else { wanted = try await store.head().size }
        do {
            for name in names { try await engine.wait(for: name, toHold: wanted, deadline: patience) }
        } catch let error as ProjectionError {
            throw NotificationError(.behind, error.message)
        }
    }
}
