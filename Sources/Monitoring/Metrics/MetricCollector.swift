import Synchronization
import Time

/// What is asked for at each scrape: numbers that nobody tells of by themselves.
package final class MetricCollector: Sendable {
    /// One question; puts what it learns into the registry.
    package typealias Question = @Sendable (PrometheusRegistry) async -> Void

    /// A question, and whether somebody still waits for its answer: then it is not asked again.
    private final class Asked: Sendable {
        let question: Question
        private let isOpen = Atomic<Bool>(false)

        init(_ question: @escaping Question) { self.question = question }

        func ask(_ registry: PrometheusRegistry, _ patience: Duration) async {
            guard !isOpen.exchange(true, ordering: .acquiringAndReleasing) else { return }
            _ = await withPatience(patience) {
                await self.question(registry)
                self.isOpen.store(false, ordering: .releasing)
            }
        }
    }

    private let registry: PrometheusRegistry
    private let questions: Mutex<[Asked]>
    private let patience: Duration

    /// - Parameter patience: how long a scrape waits for the answers; what came too late shows at the next.
    package init(_ registry: PrometheusRegistry, patience: Duration = .seconds(2)) {
        self.registry = registry
        self.patience = patience
        questions = Mutex([])
    }

    /// Adds a question.
    package func add(_ question: @escaping Question) {
        questions.withLock { $0.append(Asked(question)) }
    }

    /// Asks everything at once, and returns all metrics.
    package func scrape() async -> [UInt8] {
        let questions = questions.withLock { $0 }
        let registry = registry
        let patience = patience
        await withTaskGroup(of: Void.self) { group in
            for question in questions { group.addTask { await question.ask(registry, patience) } }
        }
        return registry.exposition()
    }
}
