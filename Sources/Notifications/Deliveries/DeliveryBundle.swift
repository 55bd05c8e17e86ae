import OpenSSL

/// What was held back for one recipient or device and goes out together.
///
/// It is put together once and recorded before anything is sent, so that whatever is tried again is the same under the same
/// id. Nothing joins it later; what is deleted or replaced meanwhile is left out.
struct DeliveryBundle: Sendable {
    /// How many go out together at most; the rest comes with the next.
    static let most = 1_000
    /// And how many bytes, about, but one at least.
    static let bytes = 262_144

    /// The same for the same deliveries alone, in whichever order.
    let id: String
    let deliveries: [DueDelivery]

    /// What of some deliveries goes together, in their order.
    static func bundles(of deliveries: [DueDelivery]) -> [DeliveryBundle] {
        struct Receiver: Hashable {
            var user: String
            var device: String?
        }
        var groups: [Receiver: [DueDelivery]] = [:]
        var order: [Receiver] = []
        for delivery in deliveries {
            let receiver = Receiver(user: delivery.userID, device: delivery.deviceID)
            if groups[receiver] == nil { order.append(receiver) }
            groups[receiver, default: []].append(delivery)
        }
        return order.compactMap { groups[$0] }.map { DeliveryBundle(id: id(of: $0.map(\.key)), deliveries: $0) }
    }

    /// What some deliveries are together.
    static func id(of keys: [DeliveryKey]) -> String {
        let lines = keys.map { "\($0.notificationID)\t\($0.userID)\t\($0.deviceID ?? "")" }.sorted()
        return String(SHA256.hash(Array("daybook bundle\n\(lines.joined(separator: "\n"))".utf8)).hex.prefix(40))
    }
}
