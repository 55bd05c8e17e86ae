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

    /// The ways that are connected beside the inbox.
    package var connectedWays: Set<DeliveryChannel> { Set(channels.map(\.channel)) }

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
    ///   - token: the sign-in token that it is registered with, which it ends with.
    ///   - confirm: throws where what it is registered in has ended meanwhile: it is asked once the device is recorded, which then is
    ///     told nothing. An end that comes later finds the device.
    package func registerDevice(
        _ user: String,
        kind: Notifications.DeviceRegistered.Kind,
        address: String,
        name: String?,
        id: String? = nil,
        token: String? = nil,
        by actor: Author,
        confirm: () async throws -> Void = {}
    ) async throws -> (id: String, receipt: Receipt) {
        if let earlier = try await earlierRegistration(by: actor) { return earlier }
        let digests = try self.digests(of: address, kind)
        let known = try await reader.devices(of: [user])
        // The same address twice would get everything twice; and a browser that somebody else signs in with is theirs now.
        let same = try await reader.devices(at: digests).filter { $0.id != id }
        try check(id, of: known, replaced: same.count { $0.userID == user })
        let registered = try registration(
            of: id ?? UUIDv7.generate().uuidString.lowercased(),
            user,
            kind,
            address: address,
            digest: digests.first,
            name: name,
            token: token
        )
        let receipt = try await register(registered, replacing: same, by: actor)
        do { try await confirm() } catch {
            let ended = Notifications.DeviceEnded(deviceID: registered.deviceID, userID: user, reason: .removed)
            let author = Author(id: actor.id, correlationID: actor.correlationID)
            _ = try await append([ended], to: NotificationStream.settings(user), by: author)
            throw error
        }
        return (registered.deviceID, receipt)
    }

    /// What is recorded of a device, its address sealed.
    // Apart from what waits, for the optimizer's sake.
    @inline(never)
    private func registration(
        of deviceID: String,
        _ user: String,
        _ kind: Notifications.DeviceRegistered.Kind,
        address: String,
        digest: String?,
        name: String?,
        token: String?
    ) throws -> Notifications.DeviceRegistered {
        Notifications.DeviceRegistered(
            deviceID: deviceID,
            userID: user,
            kind: kind,
            tokenID: token,
            name: name,
            address: try seal.close(address, for: deviceID),
            addressDigest: digest
        )
    }

    /// Registers a device, and ends those that were at its address, whoever's they were, in one append.
    private func register(
        _ registered: Notifications.DeviceRegistered,
        replacing same: [Device],
        by actor: Author
    ) async throws -> Receipt {
        var events = Dictionary(grouping: same, by: \.userID).mapValues { devices in
            devices.map {
                NewEvent(Notifications.DeviceEnded(deviceID: $0.id, userID: $0.userID, reason: .replaced))
            }
        }
        let own = (events.removeValue(forKey: registered.userID) ?? []) + [NewEvent(registered)]
        var streams = events.sorted { $0.key < $1.key }.map {
            StreamAppend(stream: NotificationStream.settings($0.key), events: $0.value)
        }
        // What a repeated request is answered with is last.
        streams.append(StreamAppend(stream: NotificationStream.settings(registered.userID), events: own))
        return try await store.append(
            AppendRequest(
                streams: streams,
                actor: actor.id,
                correlationID: actor.correlationID,
                idempotency: actor.idempotency
            )
        )
    }

    /// What was answered to the same request before.
    private func earlierRegistration(by actor: Author) async throws -> (id: String, receipt: Receipt)? {
        guard let key = actor.idempotency, let earlier = try await store.receipt(of: key),
            let position = earlier.events.last?.position, let event = try await store.reader.event(at: position)
        else { return nil }
        return (try event.decode(Notifications.DeviceRegistered.self).deviceID, earlier)
    }

    /// Refuses to refresh a device that is not there, and one device more than somebody may have.
    private func check(_ id: String?, of known: [Device], replaced: Int) throws(NotificationError) {
        if let id, !known.contains(where: { $0.id == id }) {
            throw NotificationError(
                .notFound,
                "There is no device “\(id)” of this user; leave the id out for a new one."
            )
        }
        guard id != nil || known.count - replaced < Self.most else {
            throw NotificationError(
                .invalid(pointer: ""),
                "\(Self.most) devices are registered already; remove one that is not used any more."
            )
        }
    }

    /// Lets a browser of a user get nothing more, by where its push service reaches it. Without effect where it gets nothing.
    package func endBrowser(at endpoint: String, of user: String, by actor: Author) async throws {
        guard endpoint.utf8.count <= Self.longestAddress else { return }
        let ended = try await reader.devices(at: digests(at: endpoint, .web)).filter { $0.userID == user }
            .map { Notifications.DeviceEnded(deviceID: $0.id, userID: user, reason: .removed) }
        if ended.isEmpty { return }
        _ = try await append(ended, to: NotificationStream.settings(user), by: actor)
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
