import EventStore
import Events
import Synchronization
import TestSupport
import Testing
import Time

@testable import Notifications

/// What becomes of deliveries where sending is interrupted: by an error, or by a restore.
struct InterruptedDeliveryTests {
    private struct Lost: Error {}

    /// A way that answers when the test lets it.
    private final class Slow: DeliverySender {
        let channel = DeliveryChannel.push
        private let state = Mutex<(sent: [String], isOpen: Bool)>(([], false))

        init(isOpen: Bool = false) { state.withLock { $0.isOpen = isOpen } }

        var sent: [String] { state.withLock { $0.sent } }

        func open() { state.withLock { $0.isOpen = true } }

        func host(of address: String) -> String { address }

        func send(_ message: OutgoingMessage) async -> DeliveryResult {
            state.withLock { $0.sent.append(message.items.map(\.title).joined()) }
            _ = try? await eventually { state.withLock { $0.isOpen } }
            return .delivered
        }
    }

    private static func register(_ office: PostOffice) async throws {
        try await office.register("a")
        _ = try await office.service.registerDevice(
            "a",
            kind: .android,
            address: "phone/a",
            name: nil,
            by: Author(id: "a")
        )
    }

    private static func send(_ title: String, _ office: PostOffice, isDecided: Bool = true) async throws -> String {
        let draft = NotificationDraft(.grade, title: title, text: "")
        let sent = try await office.service.send(draft, to: .users(["a"]), by: PostOffice.actor)
        if isDecided { try await DeliveryDecider(office.service).decide() }
        return sent.id
    }

    private static func state(_ notification: String, _ office: PostOffice) async throws -> [String] {
        try await office.service.deliveryRecords(of: notification, limit: 10)
            .filter { $0.channel == "push" }.map { "\($0.state) \($0.reason ?? "")" }
    }

    @Test func whatWasUnderWayAtAnErrorIsRecordedAndNotSentAgain() async throws {
        let slow = Slow()
        try await PostOffice.open(channels: [slow]) { office in
            try await Self.register(office)
            let first = try await Self.send("One", office)
            let hasLost = Mutex(false)
            var run = DeliveryRun(office.service, slow, isEndless: true)
            async let second = {
                _ = try await eventually { !slow.sent.isEmpty }
                hasLost.withLock { $0 = true }
                // For so long the lock is believed to be held.
                try await Task.sleep(for: .milliseconds(300))
                let second = try await Self.send("Two", office)
                try await Task.sleep(for: .milliseconds(1_000))
                slow.open()
                return second
            }()
            await #expect(throws: Lost.self) {
                _ = try await run.run { if hasLost.withLock({ $0 }) { throw Lost() } }
            }
            #expect(slow.sent == ["One"])
            #expect(try await Self.state(first, office) == ["delivered "])
            #expect(try await Self.state(try await second, office) == ["due "])
            try await DeliveryWorker(office.service, slow).send()
            #expect(slow.sent == ["One", "Two"])
        }
    }

    @Test func whatOneReplicaDeliveredAnotherThatLostTheLockDoesNotMakeFail() async throws {
        let slow = Slow()
        let quick = Slow(isOpen: true)
        try await PostOffice.open(channels: [slow]) { office in
            try await Self.register(office)
            let id = try await Self.send("One", office)
            try await office.service.reader.settle()
            var entry = try #require(
                try await office.service.deliveries.due(by: .push, at: office.clock.now, limit: 10).first
            ).entry(.push, .failed, attempt: 1, until: office.clock.now, said: "it did not answer")
            try await DeliveryWorker(office.service, quick).send()
            _ = try await office.service.deliveries.record([entry])
            #expect(try await Self.state(id, office) == ["delivered "])
            try await DeliveryWorker(office.service, quick).send()
            #expect(quick.sent == ["One"])
            // However the log is cut.
            entry.outcome = .dead
            _ = try await office.service.deliveries.record([entry])
            #expect(try await office.engine.check("notifications").isEqual)
        }
    }

    @Test func whatWasOnItsWayBeforeARestoreGoesOutOnlyOnceSomebodyAsksForIt() async throws {
        let push = Slow(isOpen: true)
        try await PostOffice.open(channels: [push]) { office in
            try await Self.register(office)
            let decided = try await Self.send("One", office)
            let undecided = try await Self.send("Two", office, isDecided: false)
            try await office.log.store.sayRestored()
            try await DeliveryDecider(office.service).decide()
            let later = try await Self.send("Three", office)
            try await DeliveryWorker(office.service, push).send()
            #expect(push.sent == ["Three"])
            #expect(try await Self.state(decided, office) == ["dead restored"])
            #expect(try await Self.state(undecided, office) == ["dead restored"])
            #expect(try await Self.state(later, office) == ["delivered "])
            #expect(try await office.service.retryFailedNotifications(by: PostOffice.actor).count == 2)
            try await DeliveryWorker(office.service, push).send()
            #expect(push.sent.sorted() == ["One", "Three", "Two"])
        }
    }
}
