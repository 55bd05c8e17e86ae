package import Logging
import ServiceLifecycle
import Synchronization

/// Listens on channels with a connection of its own and tells whoever subscribed.
///
/// A notification is a hint and no promise: those sent while the connection was away are lost, which is why every
/// (re)connection is signalled as well. Subscribers catch up from the tables on each signal, and poll slowly besides.
package final class PostgresListener: Service {
    /// What subscribers are told, in the order in which it came.
    package enum Signal: Sendable, Hashable {
        /// Listening has begun, or begun again: something may have been missed.
        case reconnected
        /// Somebody notified one of the channels, and has committed.
        case notification(PostgresNotification)
    }

    private struct Subscriptions {
        var last = 0
        var continuations: [Int: AsyncStream<Signal>.Continuation] = [:]
        var isListening = false
        var isOver = false
    }

    private let configuration: PostgresConfiguration
    private let channels: [String]
    private let logger: Logger
    private let subscriptions = Mutex(Subscriptions())

    /// How long silence is trusted before the connection is tried.
    private static let probeInterval = Duration.seconds(15)

    /// A listener that connects when it is run.
    ///
    /// - Parameter channels: names as they are, case and all; they are quoted here.
    package init(configuration: PostgresConfiguration, channels: [String], logger: Logger) {
        self.configuration = configuration
        self.channels = channels
        self.logger = logger
    }

    /// Whether the channels are being listened to now.
    package var isListening: Bool {
        subscriptions.withLock { $0.isListening }
    }

    /// The signals from now on; begins with `reconnected` if listening is under way already.
    ///
    /// A subscriber that falls behind loses the oldest: as hints, the newest are worth as much. The stream ends when `run()`
    /// does, and at once where it has ended already.
    package func signals() -> AsyncStream<Signal> {
        let (stream, continuation) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(256))
        let id = subscriptions.withLock { subscriptions -> Int? in
            if subscriptions.isOver { return nil }
            subscriptions.last += 1
            subscriptions.continuations[subscriptions.last] = continuation
            if subscriptions.isListening { continuation.yield(.reconnected) }
            return subscriptions.last
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.subscriptions.withLock { _ = $0.continuations.removeValue(forKey: id) }
        }
        return stream
    }

    /// Listens until graceful shutdown or cancellation, connecting again whenever the connection is lost, after pauses that
    /// grow. To be called once. Throws nothing: what goes wrong is logged and tried again.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var backoff = Backoff()
            while !Task.isCancelled {
                do {
                    try await self.listen { backoff = Backoff() }
                } catch {
                    self.setListening(false)
                    if Task.isCancelled { break }
                    let pause = backoff.pause()
                    self.logger.warning(
                        "listening was interrupted",
                        metadata: ["error": "\(error)", "retryIn": "\(pause)"]
                    )
                    try? await Task.sleep(for: pause)
                }
            }
        }
        let continuations = subscriptions.withLock { subscriptions in
            subscriptions.isOver = true
            subscriptions.isListening = false
            return Array(subscriptions.continuations.values)
        }
        for continuation in continuations { continuation.finish() }
    }

    /// One connection's life.
    private func listen(_ established: () -> Void) async throws {
        let connection = try await PostgresConnection.connect(configuration, logger: logger, deadline: .seconds(10))
        do {
            let statements = channels.map { "LISTEN \(SQL.quoted(identifier: $0))" }
            try await connection.script(statements.joined(separator: ";"), deadline: .seconds(10))
            established()
            setListening(true)
            yield(.reconnected)
            while true {
                do {
                    for notification in try await connection.notifications(deadline: Self.probeInterval) {
                        yield(.notification(notification))
                    }
                } catch let error as PostgresError where error.code == .deadlineExceeded {
                    try await connection.script("select 1", deadline: .seconds(5))
                }
            }
        } catch {
            await connection.close()
            throw error
        }
    }

    private func setListening(_ value: Bool) {
        subscriptions.withLock { $0.isListening = value }
    }

    private func yield(_ signal: Signal) {
        let continuations = subscriptions.withLock { Array($0.continuations.values) }
        for continuation in continuations { continuation.yield(signal) }
    }
}
