package import EventStore
package import Events
import Foundation

extension NotificationService {
    /// How many devices somebody may have.
    private static let most = 50
    /// How long the address of a device may be.
    package static let longestAddress = 4_000

    /// What browsers subscribe with, in URL-safe base 64; nil where nothing is pushed.
    package func pushKey() throws -> String? {
        try channels.lazy.compactMap { $0 as? PushSender }.first?.keys().first?.publicText
    }

    /// The devices of a user that notifications are pushed to.
    package func devices(of user: String) async throws -> [Device] {
        try await reader.devices(of: [user])
    }

    /// Registers a device, or refreshes one.
    ///
    /// - Parameters:
    ///   - address: where pushes go: the browser's push subscription as JSON, or the token of the device's system. It is
    ///     kept sealed: neither the log nor an export shows it.
    ///   - id: that of a device that was registered before; a new one if nil.
    package func registerDevice(
        _ user: String,
        kind: Notifications.DeviceRegistered.Kind,
        address: String,
        name: String?,
        id: String? = nil,
        by actor: Author
    ) async throws -> (id: String, receipt: Receipt) {
        if let earlier = try await earlierRegistration(by: actor) { return earlier }
        if kind == .web { _ = try PushSubscription(parsing: address) }
        let known = try await reader.devices(of: [user])
        let (deviceID, events) = try registration(user, kind, address, name, id, among: known)
        return (deviceID, try await append(events, to: NotificationStream.settings(user), by: actor))
    }

    /// What was answered to the same request before.
    private func earlierRegistration(by actor: Author) async throws -> (id: String, receipt: Receipt)? {
        guard let key = actor.idempotency, let earlier = try await store.receipt(of: key),
            let position = earlier.events.last?.position, let event = try await store.reader.event(at: position)
        else { return nil }
        return (try event.decode(Notifications.DeviceRegistered.self).deviceID, earlier)
    }

    /// The events that register a device beside those that are known.
    private func registration(
        _ user: String,
        _ kind: Notifications.DeviceRegistered.Kind,
        _ address: String,
        _ name: String?,
        _ id: String?,
        among known: [Device]
    ) throws -> (id: String, events: [any EventPayload]) {
        if let id, !known.contains(where: { $0.id == id }) {
            throw NotificationError(
                .notFound,
                "There is no device “\(id)” of this user; leave the id out for a new one."
            )
        }
        // The same address twice would get everything twice.
        let same = known.filter { $0.id != id && seal.open($0.address, for: $0.id) == address }
        guard id != nil || known.count - same.count < Self.most else {
            throw NotificationError(
                .invalid(pointer: ""),
                "\(Self.most) devices are registered already; remove one that is not used any more."
            )
        }
        let deviceID = id ?? UUIDv7.generate().uuidString.lowercased()
        let replaced = same.map {
            Notifications.DeviceEnded(deviceID: $0.id, userID: user, reason: .replaced) as any EventPayload
        }
        let registered = Notifications.DeviceRegistered(
            deviceID: deviceID,
            userID: user,
            kind: kind,
            name: name,
            address: try seal.close(address, for: deviceID)
        )
        return (deviceID, replaced + [registered])
    }

    /// Lets a device get nothing more.
    package func removeDevice(_ id: String, of user: String, by actor: Author) async throws -> Receipt {
        if let key = actor.idempotency, let earlier = try await store.receipt(of: key) { return earlier }
        guard try await reader.devices(of: [user]).contains(where: { $0.id == id }) else {
            throw NotificationError(.notFound, "There is no device “\(id)” of this user.")
        }
        return try await append(
            [Notifications.DeviceEnded(deviceID: id, userID: user, reason: .removed)],
            to: NotificationStream.settings(user),
            by: actor
        )
    }
}
