import Events
import Logging
import Postgres
import ServiceLifecycle

/// Sends what is due by one way, and records what became of it.
///
/// Every replica has one for each way; a lock in the database lets one of them work at a time. What was sent and not yet
/// recorded when a replica ends is sent again by the next, under the same id.
struct DeliveryWorker: Service {
    private let service: NotificationService
    private let sender: any DeliverySender

    /// A worker of a service for one of its ways.
    init(_ service: NotificationService, _ sender: any DeliverySender) {
        self.service = service
        self.sender = sender
    }

    /// Sends until graceful shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Kept beyond errors, with what it could not record.
            var delivery = DeliveryRun(service, sender, isEndless: true)
            while !Task.isCancelled {
                do {
                    try await delivery.settle()
                    try await service.deliveries.pool.withConnection { try await send(&delivery, with: $0) }
                } catch {
                    if Task.isCancelled { return }
                    service.logger.warning(
                        "deliveries cannot be sent; trying again",
                        metadata: ["channel": "\(sender.channel.rawValue)", "error": "\(error)"]
                    )
                }
                try? await Task.sleep(for: .seconds(1))
            }
            try? await delivery.settle()
        }
    }

    /// Sends while this replica has the lock, which a connection holds.
    private func send(_ delivery: inout DeliveryRun, with connection: PostgresConnection) async throws {
        let key = "daybook delivery \(sender.channel.rawValue)"
        let rows = try await connection.query("select pg_try_advisory_lock(hashtextextended(\(key), 0))")
        guard try rows.first?.decode(column: 0, as: Bool.self) == true else { return }
        let result: Result<Int, any Error>
        do {
            // Whoever lost the connection has lost the lock.
            result = .success(try await delivery.run { _ = try await connection.query("select 1") })
        } catch { result = .failure(error) }
        // The connection goes on without it.
        _ = try? await connection.execute("select pg_advisory_unlock(hashtextextended(\(key), 0))")
        _ = try result.get()
    }

    /// Sends what is due.
    ///
    /// - Returns: how many deliveries were handled.
    @discardableResult
    func send() async throws -> Int {
        var run = DeliveryRun(service, sender, isEndless: false)
        return try await run.run()
    }
}
