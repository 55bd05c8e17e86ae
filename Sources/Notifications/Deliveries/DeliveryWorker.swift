import Events
import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Time

/// Sends what is due by one way, and records what became of it.
///
/// Every replica has one for each way; a lock in the database lets one of them work at a time. What was sent and not yet
/// recorded when a replica ends is sent again by the next, under the same id.
struct DeliveryWorker: Service {
    /// How many deliveries are sent between two records.
    private static let batch = 200
    /// Of how many people what was held back is put together at a time.
    private static let people = 100
    /// How many are under way at a time.
    private static let lanes = 8
    private static let poll = Duration.milliseconds(500)

    private let service: NotificationService
    private let sender: any DeliverySender
    private let check: DeliveryCheck

    /// A worker of a service for one of its ways.
    init(_ service: NotificationService, _ sender: any DeliverySender) {
        self.service = service
        self.sender = sender
        check = DeliveryCheck(service: service, channel: sender.channel)
    }

    /// Sends until graceful shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await service.deliveries.pool.withConnection { connection in
                        let key = "daybook delivery \(sender.channel.rawValue)"
                        let rows = try await connection.query(
                            "select pg_try_advisory_lock(hashtextextended(\(key), 0))"
                        )
                        guard try rows.first?.decode(column: 0, as: Bool.self) == true else { return }
                        while !Task.isCancelled {
                            let mark = service.store.committed.mark
                            // Whoever lost the connection has lost the lock.
                            _ = try await connection.query("select 1")
                            if try await send() == 0 {
                                await service.store.committed.wait(since: mark, timeout: Self.poll)
                            }
                        }
                        try await connection.execute("select pg_advisory_unlock(hashtextextended(\(key), 0))")
                    }
                } catch {
                    if Task.isCancelled { return }
                    service.logger.warning(
                        "deliveries cannot be sent; trying again",
                        metadata: ["channel": "\(sender.channel.rawValue)", "error": "\(error)"]
                    )
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Sends what is due.
    ///
    /// - Returns: how many deliveries were handled.
    @discardableResult
    func send() async throws -> Int {
        try await service.reader.settle()
        let now = service.clock()
        let bundled = try await bundle(at: now)
        if bundled > 0 { try await service.reader.settle() }
        let due = try await service.deliveries.due(by: sender.channel, at: now, limit: Self.batch)
        guard !due.isEmpty else { return bundled }
        let checked = try await check(due, at: now)
        let messages = Message.messages(of: checked.passed)
        let results = await withTaskGroup(of: [DeliveryOutcome].self) { group in
            var results: [DeliveryOutcome] = []
            for (number, message) in messages.enumerated() {
                if number >= Self.lanes, let done = await group.next() { results += done }
                group.addTask { await self.send(message) }
            }
            for await done in group { results += done }
            return results
        }
        let gone = results.compactMap { $0.gone }
        _ = try await service.deliveries.record(checked.settled + results.map(\.entry), gone: gone)
        return due.count
    }

    /// Puts together what was held back until now and goes out, and records it before anything of it is sent.
    ///
    /// - Returns: how many deliveries were handled.
    func bundle(at now: Timestamp) async throws -> Int {
        let held = try await service.deliveries.held(by: sender.channel, at: now, people: Self.people)
        guard !held.isEmpty else { return 0 }
        let checked = try await check(held, at: now)
        let bundled = DeliveryBundle.bundles(of: checked.passed.map(\.delivery)).flatMap { bundle in
            bundle.deliveries.map { delivery in
                var entry = delivery.entry(sender.channel, .due)
                entry.bundleID = bundle.id
                return entry
            }
        }
        _ = try await service.deliveries.record(checked.settled + bundled)
        return held.count
    }

    // MARK: Sending

    private struct Message: Sendable {
        var outgoing: OutgoingMessage
        var deliveries: [DueDelivery]

        /// What goes out, in its order: what was put together together, everything else by itself.
        static func messages(of passed: [DeliveryCheck.Passed]) -> [Message] {
            var messages: [String: Message] = [:]
            var order: [String] = []
            for (delivery, address) in passed.map({ ($0.delivery, $0.address) }) {
                let id = delivery.bundleID ?? "\(delivery.notificationID).\(delivery.deviceID ?? delivery.userID)"
                if messages[id] == nil {
                    order.append(id)
                    let outgoing = OutgoingMessage(
                        deliveryID: id,
                        userID: delivery.userID,
                        address: address,
                        deviceKind: delivery.deviceKind,
                        items: []
                    )
                    messages[id] = Message(outgoing: outgoing, deliveries: [])
                }
                messages[id]?.deliveries.append(delivery)
            }
            return order.compactMap { messages[$0] }.map { message in
                var message = message
                message.deliveries.sort { $0.sentPosition < $1.sentPosition }
                message.outgoing.items = message.deliveries.map(\.item)
                return message
            }
        }
    }

    private struct DeliveryOutcome: Sendable {
        var entry: DeliveryEntry
        var gone: (id: String, user: String)?
    }

    private func send(_ message: Message) async -> [DeliveryOutcome] {
        let result = await sender.send(message.outgoing)
        let now = service.clock()
        // What goes out together is tried again together.
        let share = Double.random(in: 0...1)
        return message.deliveries.map { delivery in
            let attempt = delivery.attempts + 1
            switch result {
            case .delivered:
                return DeliveryOutcome(entry: delivery.entry(sender.channel, .delivered, attempt: attempt))
            case .failed(let why, let asked) where attempt < DeliveryPacing.attempts:
                let pause = DeliveryPacing.pause(after: attempt, asked: asked, share: share)
                return DeliveryOutcome(
                    entry: delivery.entry(sender.channel, .failed, attempt: attempt, until: now + pause, said: why)
                )
            case .failed(let why, _), .refused(let why):
                return DeliveryOutcome(entry: delivery.entry(sender.channel, .dead, attempt: attempt, said: why))
            case .gone(let why):
                return DeliveryOutcome(
                    entry: delivery.entry(sender.channel, .dead, attempt: attempt, said: why),
                    gone: delivery.deviceID.map { ($0, delivery.userID) }
                )
            }
        }
    }
}
