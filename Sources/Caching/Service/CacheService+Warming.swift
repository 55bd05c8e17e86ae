package import EventStore
import Events
import Synchronization

/// How far a warming of a namespace is.
package struct WarmingProgress: Sendable, Hashable {
    package var namespace: String
    package var total: Int
    package var loaded: Int
    package var failed: Int
    package var isDone: Bool
}

/// What is being warmed, and what was last.
final class WarmingState: Sendable {
    private let state = Mutex<[String: WarmingProgress]>([:])

    var all: [WarmingProgress] { state.withLock { $0.values.sorted { $0.namespace < $1.namespace } } }

    /// False where it is going on already.
    func begin(_ namespace: String) -> Bool {
        state.withLock { state in
            if let known = state[namespace], !known.isDone { return false }
            state[namespace] = WarmingProgress(namespace: namespace, total: 0, loaded: 0, failed: 0, isDone: false)
            return true
        }
    }

    func change(_ namespace: String, _ change: (inout WarmingProgress) -> Void) {
        state.withLock { state in if state[namespace] != nil { change(&state[namespace, default: .none]) } }
    }

    subscript(namespace: String) -> WarmingProgress? { state.withLock { $0[namespace] } }
}

/// Warmings that somebody asked for: they end with the service.
final class WarmingJobs: Sendable {
    private let state = Mutex<(next: Int, tasks: [Int: Task<Void, Never>], isOver: Bool)>((0, [:], false))

    func begin(_ work: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            guard !state.isOver else { return }
            let number = state.next
            state.next += 1
            state.tasks[number] = Task {
                await work()
                self.finish(number)
            }
        }
    }

    private func finish(_ number: Int) { state.withLock { _ = $0.tasks.removeValue(forKey: number) } }

    /// Stops what is under way, waits for it, and begins no more.
    func end() async {
        let tasks = state.withLock { state in
            state.isOver = true
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}

extension WarmingProgress {
    fileprivate static let none = WarmingProgress(namespace: "", total: 0, loaded: 0, failed: 0, isDone: true)
}

extension CacheService {
    private static let warmingAtOnce = 4

    /// How far warmings are, and how those before ended.
    package var warmings: [WarmingProgress] { warming.all }

    /// The namespaces that can be warmed.
    package var warmable: [String] { sources.filter { $0.value.ids != nil }.keys.sorted() }

    /// Makes what a namespace's source thinks worth it, and answers how it went.
    package func warm(_ namespace: String) async throws -> WarmingProgress {
        let warmed = try begin(namespace)
        return await carryOut(namespace, warmed)
    }

    /// Begins to warm namespaces, all that can be where none is named; `warmings` says how far that is. What came of
    /// each is recorded as an event.
    package func warm(_ namespaces: [String]?, by actor: Author) throws -> [WarmingProgress] {
        let wanted = namespaces ?? warmable
        for name in wanted { _ = try warmed(name) }
        var begun: [(String, Warmed)] = []
        for name in Set(wanted).sorted() { if let warmed = try? begin(name) { begun.append((name, warmed)) } }
        guard !begun.isEmpty else {
            throw CacheError(.busy, "These are being warmed already; GET /cache/status tells.")
        }
        jobs.begin { [self, begun] in
            for (name, warmed) in begun where !Task.isCancelled {
                let outcome = await carryOut(name, warmed)
                if Task.isCancelled { return }
                let event = CacheEvents.Warmed(
                    namespace: name,
                    loaded: Int64(outcome.loaded),
                    failed: Int64(outcome.failed)
                )
                do { _ = try await append(NewEvent(event), by: actor) } catch {
                    logger.warning("a warming of the cache was not recorded", metadata: ["error": "\(error)"])
                }
            }
        }
        return begun.compactMap { warming[$0.0] }
    }

    /// A source, and the ids that it thinks worth making.
    private typealias Warmed = (source: CacheSource, ids: @Sendable () async throws -> [String])

    private func warmed(_ namespace: String) throws -> Warmed {
        let namespace = try cache.namespace(namespace)
        guard let source = sources[namespace.name], let ids = source.ids else {
            throw CacheError(
                .noSource,
                "Namespace \(namespace.name) cannot be warmed; \(warmable.joined(separator: ", ")) can."
            )
        }
        return (source, ids)
    }

    private func begin(_ namespace: String) throws -> Warmed {
        let warmed = try warmed(namespace)
        guard warming.begin(namespace) else {
            throw CacheError(.busy, "Namespace \(namespace) is being warmed already.")
        }
        return warmed
    }

    private func carryOut(_ name: String, _ warmed: Warmed) async -> WarmingProgress {
        let ids: [String]
        do { ids = try await warmed.ids() } catch {
            logger.warning("the cache cannot be warmed", metadata: ["namespace": "\(name)", "error": "\(error)"])
            warming.change(name) { ($0.failed, $0.isDone) = (1, true) }
            return warming[name] ?? .none
        }
        warming.change(name) { $0.total = ids.count }
        await withTaskGroup(of: Bool.self) { group in
            var rest = ids[...]
            func next() {
                guard let id = rest.popFirst(), !Task.isCancelled else { return }
                group.addTask { await self.isMade(name, id, warmed.source) }
            }
            for _ in 0..<Self.warmingAtOnce { next() }
            while let isMade = await group.next() {
                warming.change(name) { if isMade { $0.loaded += 1 } else { $0.failed += 1 } }
                next()
            }
        }
        warming.change(name) { $0.isDone = true }
        return warming[name] ?? .none
    }

    private func isMade(_ name: String, _ id: String, _ source: CacheSource) async -> Bool {
        if let warm = source.warm {
            do {
                try await warm(id)
                return true
            } catch { return false }
        }
        guard let namespace = try? cache.namespace(name), let text = try? await source.key(id),
            let key = CacheKey(namespace, text)
        else {
            return false
        }
        let answer = try? await cache.value(key, tags: source.tags(id)) { try await source.load(id, $0) }
        return answer != nil
    }
}
