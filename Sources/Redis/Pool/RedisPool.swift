package import Logging
import ServiceLifecycle

/// A bounded number of connections to Redis, shared by all callers.
///
/// Works as soon as it is made: connections are made in the background, and until one stands callers are refused at
/// once. No caller waits longer than the configuration's `commandTimeout`, whatever Redis or the network does: one
/// failure closes the way for all, and Redis is tried again in the background. Nothing is ever sent twice.
package final class RedisPool: Service {
    package let configuration: RedisConfiguration
    private let exchanges: RedisExchanges

    package init(configuration: RedisConfiguration, logger: Logger) throws(RedisError) {
        self.configuration = configuration
        exchanges = RedisExchanges(configuration, logger: logger)
        for number in 0..<max(configuration.connections, 1) {
            let thread = try RedisThread(exchanges)
            exchanges.add(thread)
            thread.start(number: number)
        }
    }

    deinit { exchanges.stop() }

    /// Waits for shutdown, then closes the connections.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        }
        close()
    }

    /// Refuses further callers, and those that wait in the queue. What is under way may finish.
    package func close() { exchanges.stop() }

    package var availability: RedisAvailability { exchanges.availability }

    /// Sends one command. An error reply is thrown.
    package func send(_ command: RedisCommand) async throws(RedisError) -> RedisReply {
        try await exchanges.perform(command.encoded, count: 1).get()[0].orThrow()
    }

    /// Sends commands in one round trip, in order, though not as one step; answers each one's reply, errors included.
    package func send(_ commands: [RedisCommand]) async throws(RedisError) -> [RedisReply] {
        guard !commands.isEmpty else { return [] }
        return try await exchanges.perform(commands.flatMap(\.encoded), count: commands.count).get()
    }

    /// Waits until Redis is connected. Answers false if it is not after that time.
    @discardableResult
    package func awaitAvailable(within limit: Duration) async -> Bool {
        let end = ContinuousClock.now + limit
        while !availability.isAvailable {
            guard ContinuousClock.now < end, !Task.isCancelled else { return false }
            try? await Task.sleep(for: .milliseconds(2))
        }
        return true
    }
}
