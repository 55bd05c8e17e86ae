import Synchronization

/// What is asked for at each scrape: numbers that nobody tells of by themselves.
package final class MetricCollector: Sendable {
    /// One question; puts what it learns into the registry. Heeds cancellation.
    package typealias Question = @Sendable (PrometheusRegistry) async -> Void

    private let registry: PrometheusRegistry
    private let questions: Mutex<[Question]>
    private let patience: Duration

    /// - Parameter patience: how long a scrape waits for the answers; what came too late shows at the next.
    package init(_ registry: PrometheusRegistry, patience: Duration = .seconds(2)) {
        self.registry = registry
        self.patience = patience
        questions = Mutex([])
    }

    /// Adds a question.
    package func add(_ question: @escaping Question) {
        questions.withLock { $0.append(question) }
    }

    /// Asks everything at once, and returns all metrics.
    package func scrape() async -> [UInt8] {
        let questions = questions.withLock { $0 }
        let registry = registry
        let patience = patience
        await withTaskGroup(of: Bool.self) { group in
            for question in questions {
                group.addTask {
                    await question(registry)
                    return true
                }
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                return false
            }
            var open = questions.count
            while open > 0, await group.next() == true { open -= 1 }
            group.cancelAll()
        }
        return registry.exposition()
    }
}
