package import ProjectionEngine

/// Ready while every read model is there and moves on.
package struct ProjectionReadiness: ReadinessCheck {
    private let engine: ProjectionEngine

    /// A check of an engine's read models.
    package init(engine: ProjectionEngine) {
        self.engine = engine
    }

    package var name: String { "read models" }

    package func obstacle() async -> String? {
        do {
            let stopped = try await engine.status().filter { !$0.isHealthy }
            guard !stopped.isEmpty else { return nil }
            return stopped.map { status in
                let place = status.errorPosition.map { " at position \($0)" } ?? ""
                return "\(status.name) is \(status.condition.rawValue)\(place)."
            }
            .joined(separator: " ")
        } catch {
            return "The read models cannot be asked."
        }
    }
}
