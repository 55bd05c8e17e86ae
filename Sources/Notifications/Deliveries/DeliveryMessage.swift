import Events
import Time

/// What goes out at once, and the deliveries that it carries out.
struct DeliveryMessage: Sendable {
    var outgoing: OutgoingMessage
    var deliveries: [DueDelivery]

    /// What is to be recorded of one delivery.
    struct Outcome: Sendable {
        var entry: DeliveryEntry
        /// The device that is not there any more.
        var gone: GoneDevice?
    }

    /// What goes out, in its order: what was put together together, everything else by itself.
    static func messages(of passed: [DeliveryCheck.Passed]) -> [DeliveryMessage] {
        var messages: [String: DeliveryMessage] = [:]
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
                messages[id] = DeliveryMessage(outgoing: outgoing, deliveries: [])
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

    /// What came of an attempt. What goes out together is tried again together.
    ///
    /// - Parameter share: between 0 and 1: the unevenness of the pause.
    func outcomes(of result: DeliveryResult, by channel: DeliveryChannel, at now: Timestamp, share: Double) -> [Outcome]
    {
        deliveries.map { delivery in
            let attempt = delivery.attempts + 1
            func failed(_ why: String, after asked: Duration? = nil) -> DeliveryEntry {
                guard attempt < DeliveryPacing.attempts else {
                    return delivery.entry(channel, .dead, attempt: attempt, said: why)
                }
                let pause = DeliveryPacing.pause(after: attempt, asked: asked, share: share)
                return delivery.entry(channel, .failed, attempt: attempt, until: now + pause, said: why)
            }
            switch result {
            case .delivered: return Outcome(entry: delivery.entry(channel, .delivered, attempt: attempt))
            case .failed(let why, let asked): return Outcome(entry: failed(why, after: asked))
            case .unanswered(let why): return Outcome(entry: failed(why))
            case .refused(let why):
                return Outcome(entry: delivery.entry(channel, .dead, attempt: attempt, said: why))
            case .gone(let why):
                return Outcome(
                    entry: delivery.entry(channel, .dead, attempt: attempt, said: why),
                    gone: delivery.deviceID.map {
                        GoneDevice(id: $0, userID: delivery.userID, registration: delivery.registration)
                    }
                )
            }
        }
    }

    /// That it waits for a host that does not answer: no attempt was made.
    func putOff(by channel: DeliveryChannel, until: Timestamp) -> [Outcome] {
        deliveries.map { Outcome(entry: $0.entry(channel, .due, until: until, .hostAway)) }
    }
}

/// A device that turned out to be not there any more, as it was registered when that was found out.
struct GoneDevice: Sendable, Hashable {
    var id: String
    var userID: String
    /// Where that registration stands in the log.
    var registration: Int64?
}
