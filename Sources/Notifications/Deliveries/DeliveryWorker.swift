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
    /// How many are under way at a time.
    private static let lanes = 8
    private static let poll = Duration.milliseconds(500)

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
        let due = try await service.deliveries.due(by: sender.channel, at: now, limit: Self.batch)
        guard !due.isEmpty else { return 0 }
        let checked = try await check(due, now)
        let results = await withTaskGroup(of: [DeliveryOutcome].self) { group in
            var results: [DeliveryOutcome] = []
            for (number, message) in checked.messages.enumerated() {
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

    // MARK: Before sending

    private struct Message: Sendable {
        var outgoing: OutgoingMessage
        var deliveries: [DueDelivery]
    }

    private struct DeliveryOutcome: Sendable {
        var entry: DeliveryEntry
        var gone: (id: String, user: String)?
    }

    /// Looks again whether each is still to be sent: access, preferences and the inbox may have changed since.
    private func check(
        _ due: [DueDelivery],
        _ now: Timestamp
    ) async throws -> (messages: [Message], settled: [DeliveryEntry]) {
        let channel = sender.channel
        let preferences = try await service.reader.preferences(of: due.map(\.userID), at: .now, now: now).value
        let reached = try await reached(due, now)
        var settled: [DeliveryEntry] = []
        var groups: [String: Message] = [:]
        var order: [String] = []
        for delivery in due {
            let address = address(of: delivery)
            if delivery.isDeleted || delivery.isReplaced {
                settled.append(delivery.entry(channel, .suppressed, .replaced))
            } else if delivery.title == nil {
                settled.append(delivery.entry(channel, .suppressed, .erased))
            } else if !reached.contains(delivery.userID + "\n" + delivery.notificationID) {
                settled.append(delivery.entry(channel, .suppressed, .lostAccess))
            } else {
                let wanted = preferences[delivery.userID] ?? NotificationPreferences()
                var plan = delivery.plan
                // What waited for a digest goes with it now.
                if delivery.wasHeld, plan.priority != .urgent { plan.priority = .high }
                let step = plan.step(by: channel, wanted, hasAddress: address != nil, at: now)
                guard case .due = step, let address else {
                    settled.append(
                        DeliveryEntry(
                            delivery.notificationID,
                            delivery.userID,
                            channel,
                            device: delivery.deviceID,
                            attempt: delivery.attempts,
                            step
                        )
                    )
                    continue
                }
                // What was held back goes together; everything else by itself.
                let key =
                    delivery.wasHeld
                    ? "held \(delivery.userID) \(delivery.deviceID ?? "")"
                    : "\(delivery.notificationID) \(delivery.userID) \(delivery.deviceID ?? "")"
                if groups[key] == nil {
                    order.append(key)
                    groups[key] = Message(
                        outgoing: OutgoingMessage(
                            deliveryID: "\(delivery.notificationID).\(delivery.deviceID ?? delivery.userID)",
                            userID: delivery.userID,
                            address: address,
                            deviceKind: delivery.deviceKind,
                            items: []
                        ),
                        deliveries: []
                    )
                }
                groups[key]?.outgoing.items.append(delivery.item)
                groups[key]?.deliveries.append(delivery)
            }
        }
        return (order.compactMap { groups[$0] }, settled)
    }

    /// Who of the recipients still belongs to what it was sent to.
    private func reached(_ due: [DueDelivery], _ now: Timestamp) async throws -> Set<String> {
        var reached: Set<String> = []
        for (notification, deliveries) in Dictionary(grouping: due, by: \.notificationID) {
            guard let first = deliveries.first else { continue }
            let users = Array(Set(deliveries.map(\.userID))).sorted()
            let still = try await service.audiences.stillIn(first.audience, users, in: first.branchID, at: now)
            reached.formUnion(still.map { $0 + "\n" + notification })
        }
        return reached
    }

    private func address(of delivery: DueDelivery) -> String? {
        switch sender.channel {
        case .inApp: nil
        case .email: delivery.email
        case .webhook: delivery.userID
        case .push:
            delivery.isDeviceGone
                ? nil : delivery.deviceID.flatMap { service.seal.open(delivery.address, for: $0) }
        }
    }

    // MARK: Sending

    private func send(_ message: Message) async -> [DeliveryOutcome] {
        let result = await sender.send(message.outgoing)
        let now = service.clock()
        return message.deliveries.map { delivery in
            let attempt = delivery.attempts + 1
            switch result {
            case .delivered:
                return DeliveryOutcome(entry: delivery.entry(sender.channel, .delivered, attempt: attempt))
            case .failed(let why, let asked) where attempt < DeliveryPacing.attempts:
                let pause = DeliveryPacing.pause(after: attempt, asked: asked, share: Double.random(in: 0...1))
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
