import EventStore
import Events
import Logging
import ServiceLifecycle
import Synchronization

/// Tells owners how their exports get on, as far as they are connected to this replica: whichever server makes them, since
/// it follows the log.
package final class ExportHub: Service {
    /// Takes news; false if it takes none any more.
    package typealias Receiver = @Sendable (ExportNews) async -> Bool

    /// Somebody's wish to hear of their exports.
    package final class Subscription: Sendable {
        fileprivate let user: String
        fileprivate let receiver: Receiver
        private let hub: ExportHub

        fileprivate init(_ user: String, _ hub: ExportHub, _ receiver: @escaping Receiver) {
            self.user = user
            self.hub = hub
            self.receiver = receiver
        }

        /// Nothing more is told.
        package func end() { hub.end(self) }
    }

    private struct State {
        var listeners: [String: [Subscription]] = [:]
        /// Whose the exports are that get on.
        var owners: [String: String] = [:]
    }

    private let store: EventStore
    private let logger: Logger
    private let state = Mutex(State())

    init(store: EventStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Tells a receiver what becomes of somebody's exports from now on, until the subscription is ended.
    package func follow(_ user: String, _ receiver: @escaping Receiver) -> Subscription {
        let subscription = Subscription(user, self, receiver)
        state.withLock { $0.listeners[user, default: []].append(subscription) }
        return subscription
    }

    private func end(_ subscription: Subscription) {
        state.withLock { state in
            state.listeners[subscription.user]?.removeAll { $0 === subscription }
            if state.listeners[subscription.user]?.isEmpty == true { state.listeners[subscription.user] = nil }
        }
    }

    /// Tells until graceful shutdown. What is recorded while the log cannot be read is not told: it can be asked for.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let size = try await self.store.head().size
                    for try await batch in self.store.follow(from: size, types: ExportNews.types) {
                        for event in batch.events { try await self.tell(event) }
                    }
                } catch {
                    if Task.isCancelled { return }
                    self.logger.warning("exports cannot be followed; beginning anew", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: .seconds(1))
                }
            }
        }
    }

    private func tell(_ event: RecordedEvent) async throws {
        guard state.withLock({ !$0.listeners.isEmpty }), let news = try ExportNews(event),
            let owner = try await owner(of: news, event)
        else { return }
        for subscription in state.withLock({ $0.listeners[owner] ?? [] }) {
            if await !subscription.receiver(news) { end(subscription) }
        }
        if [.completed, .failed, .cancelled].contains(news.state) {
            state.withLock { $0.owners[news.exportID] = nil }
        }
    }

    private func owner(of news: ExportNews, _ event: RecordedEvent) async throws -> String? {
        if let known = state.withLock({ $0.owners[news.exportID] }) { return known }
        let stream = ExportService.Stream.export(news.exportID)
        let first =
            event.type == Events.Exports.Requested.type
            ? event : try await store.reader.stream(stream, limit: 1).first
        guard let owner = try first?.decode(Events.Exports.Requested.self).ownerID else { return nil }
        state.withLock { $0.owners[news.exportID] = owner }
        return owner
    }
}
