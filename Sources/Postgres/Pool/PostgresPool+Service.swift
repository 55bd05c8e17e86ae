import ServiceLifecycle

extension PostgresPool {
    /// How many idle connections are kept for the next callers.
    private static let keptIdle = 2
    private static let housekeepingInterval = Duration.seconds(60)
    private static let shutdownGrace = Duration.seconds(10)

    /// Keeps house until shutdown, then closes the pool.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await Task.sleep(for: Self.housekeepingInterval) } catch { break }
                for connection in self.contents.withLock({ $0.state.trim(to: Self.keptIdle) }) {
                    await connection.close()
                }
            }
        }
        await close()
    }

    /// Refuses further callers and waits for the connections that are lent; closes those that are not back in time.
    package func close() async {
        let (idle, waiters) = contents.withLock { $0.state.close() }
        for waiter in waiters {
            serve(waiter, .failure(PostgresError(.closed, "The connection pool was closed.")))
        }
        for connection in idle { await connection.close() }
        let end = ContinuousClock.now + Self.shutdownGrace
        while contents.withLock({ $0.state.lent > 0 }), ContinuousClock.now < end, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(20))
        }
        for connection in contents.withLock({ Array($0.lent.values) }) {
            logger.warning("a connection was still in use at shutdown and is closed")
            await connection.close()
        }
    }
}
