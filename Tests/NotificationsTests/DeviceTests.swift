import Access
import EventStore
import Events
import Testing

@testable import Notifications

/// Devices that notifications are pushed to, and when they end.
struct DeviceTests {
    /// A browser's subscription; its keys are written this way or that.
    private static func subscription(_ place: String, _ secret: String = "c2l4dGVlbiBieXRlcyEhIQ") -> String {
        let key = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
        return #"{"endpoint":"https://push.example/\#(place)","keys":{"auth":"\#(secret)","p256dh":"\#(key)"}}"#
    }

    @discardableResult
    private static func register(
        _ office: PostOffice,
        _ user: String,
        _ address: String,
        token: String? = nil
    ) async throws -> String {
        try await office.service.registerDevice(
            user,
            kind: .web,
            address: address,
            name: nil,
            token: token,
            by: Author(id: user)
        ).id
    }

    @Test func aBrowserThatSomebodyElseSignsInWithGetsNothingMoreOfWhoLeft() async throws {
        let push = RecordingSender(.push)
        try await PostOffice.open(channels: [push]) { office in
            try await office.register("a", "b")
            try await Self.register(office, "a", Self.subscription("shared"))
            let own = try await Self.register(office, "a", Self.subscription("other"))
            // The same address, though the browser has new keys for it.
            let device = try await Self.register(office, "b", Self.subscription("shared", "YW5vdGhlciBzZWNyZXQhIQ"))
            #expect(try await office.service.devices(of: "a").map(\.id) == [own])
            #expect(try await office.service.devices(of: "b").map(\.id) == [device])
            // It is in the log of whose device it was.
            let ended = try await office.log.store.reader.stream(NotificationStream.settings("a")).last
            #expect(ended?.type == Notifications.DeviceEnded.type && ended?.header.actor == "b")

            // After a rotation of the signing key it is known again.
            _ = try await office.log.store.rotateKey(actor: "system", reason: nil)
            try await Self.register(office, "a", Self.subscription("shared"))
            #expect(try await office.service.devices(of: "b").isEmpty)
        }
    }

    @Test func whatEndedWhileADeviceWasRegisteredLeavesNone() async throws {
        struct Over: Error {}
        try await PostOffice.open(channels: [RecordingSender(.push)]) { office in
            try await office.register("a")
            let access = office.access
            _ = try await Self.register(office, "a", Self.subscription("first"))
            await #expect(throws: Over.self) {
                _ = try await office.service.registerDevice(
                    "a",
                    kind: .web,
                    address: Self.subscription("late"),
                    name: nil,
                    by: Author(id: "a")
                ) { throw Over() }
            }
            let kept = try await Self.register(office, "a", Self.subscription("second"))
            #expect(try await office.service.devices(of: "a").map(\.id).contains(kept))
            #expect(try await office.service.devices(of: "a").count == 2)
            // An end that comes after it finds it.
            _ = try await access.endConsoleSessions(of: "a", CommandContext(actor: .operator))
            #expect(try await office.service.devices(of: "a").isEmpty)
        }
    }

    @Test func aDeviceEndsWithTheTokenThatItWasRegisteredWith() async throws {
        let push = RecordingSender(.push)
        try await PostOffice.open(channels: [push]) { office in
            try await office.register("a")
            let tokens = try TokenService(office.access, pool: office.log.pool)
            let first = try await tokens.issue(to: "a", CommandContext(actor: .operator))
            let second = try await tokens.issue(to: "a", CommandContext(actor: .operator))
            try await Self.register(office, "a", Self.subscription("1"), token: first.id)
            let kept = try await Self.register(office, "a", Self.subscription("2"), token: second.id)
            let draft = NotificationDraft(.grade, title: "One", text: "")
            let id = try await office.service.send(draft, to: .users(["a"]), by: PostOffice.actor).id
            try await DeliveryDecider(office.service).decide()
            // Decided on already, and not sent.
            _ = try await tokens.revoke(first.id, CommandContext(actor: .operator))
            #expect(try await office.service.devices(of: "a").map(\.id) == [kept])
            try await DeliveryWorker(office.service, push).send()
            #expect(push.sent.map(\.address) == [Self.subscription("2")])
            #expect(try await office.deliveries(of: id).contains("a push suppressed no-address"))
        }
    }

    @Test func whatTheLogKeepsOfAnAddressIsErasedWithThePerson() async throws {
        try await PostOffice.open { office in
            try await office.register("a")
            try await Self.register(office, "a", Self.subscription("1"))
            let event = try #require(
                try await office.log.store.reader.stream(NotificationStream.settings("a")).last
            )
            #expect(event.data.map { String(decoding: $0, as: UTF8.self).contains("addressDigest") } == false)
            #expect(event.personal.map { String(decoding: $0, as: UTF8.self).contains("addressDigest") } == true)
        }
    }
}
