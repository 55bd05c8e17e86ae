import Access
import EventStore
import HTTPAPI
import ProjectionEngine

/// The database answers, and access in memory is up to the log.
struct LogReadiness: ReadinessCheck {
    let directory: AccessDirectory
    var name: String { "log" }

    func obstacle() async -> String? {
        do {
            _ = try await directory.current()
            return nil
        } catch {
            return "The log cannot be read."
        }
    }
}

/// Every read model goes on; one that stopped at an event says at which.
struct ProjectionReadiness: ReadinessCheck {
    let projections: ProjectionEngine
    var name: String { "projections" }

    func obstacle() async -> String? {
        guard let status = try? await projections.status() else { return "The read models cannot be asked." }
        let stopped = status.filter { !$0.isHealthy }
        guard !stopped.isEmpty else { return nil }
        return stopped.map { status in
            let place = status.errorPosition.map { " at position \($0)" } ?? ""
            return "The read model \(status.name) is \(status.condition.rawValue)\(place)."
        }
        .joined(separator: " ")
    }
}
