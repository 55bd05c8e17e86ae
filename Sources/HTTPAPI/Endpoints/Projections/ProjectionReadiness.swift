package import ProjectionEngine

/// Ready while every read model is there and moves on.
package struct ProjectionReadiness: ReadinessCheck {
    private let engine: ProjectionEngine
    private let log: ReadinessLog?

    /// A check of an engine's read models.
    package init(engine: ProjectionEngine, log: ReadinessLog? = nil) {
        self.engine = engine
        self.log = log
    }

    package var name: String { "read models" }

    package func obstacle() async -> String? {
        do {
            let obstacles = try await engine.status().compactMap(Self.obstacle)
            log?.note(nil, of: name)
            return obstacles.isEmpty ? nil : obstacles.joined(separator: " ")
        } catch {
            log?.note(error, of: name)
            return "The read models cannot be asked."
        }
    }

    private static func obstacle(_ status: ProjectionStatus) -> String? {
        if !status.isHealthy {
            let place = status.errorPosition.map { " at position \($0)" } ?? ""
            return "\(status.name) is \(status.condition.rawValue)\(place)."
        }
        // Those that follow are fed by the SQL in the database; into the others this server's appends put what it knows.
        if status.mode == .inline, !status.isOfThisProgram {
            return "\(status.name) is kept by another release of Daybook, which should serve in place of this one."
        }
        return nil
    }
}
