import Events
import JSON
import Testing
import Time

@testable import Notifications

/// What was held back goes out together, the same however often it is tried.
struct BundleTests {
    private static func send(_ office: PostOffice, _ title: String, _ priority: Notifications.Sent.Priority = .normal)
        async throws -> String
    {
        let draft = NotificationDraft(.grade, priority: priority, title: title, text: "Text")
        let id = try await office.service.send(draft, to: .users(["a"]), by: PostOffice.actor).id
        try await DeliveryDecider(office.service).decide()
        return id
    }

    private static func mute(_ office: PostOffice, _ seconds: Int64) async throws {
        _ = try await office.service.muteNotifications("a", for: .seconds(seconds), by: PostOffice.actor)
    }

    @Test func whatIsTriedAgainIsTheSameUnderTheSameId() async throws {
        let text = RecordingSender(.webhook, answers: .failed("nobody answers"), .delivered)
        try await PostOffice.open(channels: [text]) { office in
            try await office.register("a")
            var wanted = NotificationPreferences()
            wanted.webhook = true
            _ = try await office.service.setNotificationPreferences("a", wanted, by: PostOffice.actor)
            try await Self.mute(office, 60)
            _ = try await Self.send(office, "one")
            _ = try await Self.send(office, "two")
            office.clock.advance(by: .seconds(61))
            let worker = DeliveryWorker(office.service, text)
            try await worker.send()

            // More is held back, and over, when it is tried again.
            try await Self.mute(office, 1)
            _ = try await Self.send(office, "three")
            office.clock.advance(by: .seconds(20))
            try await worker.send()
            #expect(text.sent.count == 3)
            let pair = text.sent.filter { $0.items.map(\.title) == ["one", "two"] }
            #expect(pair.count == 2 && Set(pair.map(\.deliveryID)).count == 1)
            #expect(text.sent.filter { $0.items.map(\.title) == ["three"] }.count == 1)
            #expect(Set(text.sent.map(\.deliveryID)).count == 2)
        }
    }

    @Test func whatGoesOutTogetherIsRecordedBeforeItIsSent() async throws {
        let mail = RecordingSender(.email)
        try await PostOffice.open(channels: [mail]) { office in
            try await office.register("a")
            try await Self.mute(office, 60)
            _ = try await Self.send(office, "one")
            let gone = try await Self.send(office, "two")
            office.clock.advance(by: .seconds(61))
            // A replica ends when it has put them together: perhaps it has sent them, too.
            let worker = DeliveryWorker(office.service, mail)
            try await office.service.reader.settle()
            #expect(try await DeliveryRun(office.service, mail, isEndless: false).bundle(at: office.clock.now) == 2)
            try await Self.mute(office, 1)
            _ = try await Self.send(office, "three")
            office.clock.advance(by: .seconds(2))
            _ = try await office.service.mark([gone], .deleted, for: "a", by: PostOffice.actor)
            try await office.service.reader.settle()
            let due = try await office.service.deliveries.due(by: .email, at: office.clock.now, limit: 10)
            let id = DeliveryBundle.id(of: due.map(\.key))
            #expect(due.map(\.bundleID) == [id, id])
            try await worker.send()
            // Of those, what is still wanted comes under the id of both.
            let first = try #require(mail.sent.first { $0.items.map(\.title) == ["one"] })
            #expect(first.deliveryID == id)
            #expect(mail.sent.contains { $0.items.map(\.title) == ["three"] && $0.deliveryID != id })
        }
    }

    @Test func aBundleIsNamedByAllThatIsInIt() {
        let keys = ["n1", "n2", "n3"].map { DeliveryKey(notificationID: $0, userID: "a", deviceID: "d") }
        #expect(DeliveryBundle.id(of: keys) == DeliveryBundle.id(of: keys.reversed()))
        #expect(DeliveryBundle.id(of: keys) != DeliveryBundle.id(of: Array(keys.prefix(2))))
        var other = keys
        other[2].deviceID = nil
        #expect(DeliveryBundle.id(of: keys) != DeliveryBundle.id(of: other))
    }

    @Test func aDigestThatFailsIsTriedAgainSoonAndNotWithTheNext() async throws {
        let mail = RecordingSender(.email, answers: .failed("451"), .delivered)
        try await PostOffice.open(channels: [mail]) { office in
            try await office.register("a")
            var wanted = NotificationPreferences()
            wanted.digest = .daily
            _ = try await office.service.setNotificationPreferences("a", wanted, by: PostOffice.actor)
            let id = try await Self.send(office, "one")
            _ = try await Self.send(office, "two")
            #expect(try await office.deliveries(of: id).contains("a email held digest"))
            office.clock.advance(by: .seconds(86_400))
            let worker = DeliveryWorker(office.service, mail)
            try await worker.send()
            #expect(try await office.deliveries(of: id).contains("a email failed 451"))
            office.clock.advance(by: .seconds(10))
            try await worker.send()
            #expect(mail.sent.map { $0.items.map(\.title) } == [["one", "two"], ["one", "two"]])
            #expect(Set(mail.sent.map(\.deliveryID)).count == 1)
            #expect(try await office.deliveries(of: id).contains("a email delivered"))
        }
    }

    @Test func howeverMuchWasHeldBackItComesTogether() async throws {
        let mail = RecordingSender(.email)
        try await PostOffice.open(channels: [mail]) { office in
            try await office.register("a")
            try await Self.mute(office, 60)
            let count = 230
            for number in 0..<count {
                let draft = NotificationDraft(.grade, title: "\(number)", text: "")
                _ = try await office.service.send(draft, to: .users(["a"]), by: PostOffice.actor)
            }
            while try await DeliveryDecider(office.service).decide() > 0 {}
            office.clock.advance(by: .seconds(61))
            try await DeliveryWorker(office.service, mail).send()
            #expect(mail.sent.map { $0.items.map(\.title) } == [(0..<count).map(String.init)])
        }
    }

    @Test func whatIsLongTogetherComesInParts() async throws {
        let mail = RecordingSender(.email)
        try await PostOffice.open(channels: [mail]) { office in
            try await office.register("a")
            try await Self.mute(office, 60)
            let count = 40
            for number in 0..<count {
                var draft = NotificationDraft(.grade, title: "\(number)", text: String(repeating: "x", count: 4_000))
                draft.payload = ["more": .string(String(repeating: "y", count: 7_000))]
                _ = try await office.service.send(draft, to: .users(["a"]), by: PostOffice.actor)
            }
            while try await DeliveryDecider(office.service).decide() > 0 {}
            office.clock.advance(by: .seconds(61))
            try await DeliveryWorker(office.service, mail).send()
            let parts = mail.sent.map { message in
                message.items.reduce(0) { $0 + $1.text.utf8.count + ($1.payload?.count ?? 0) }
            }
            #expect(parts.count == 2)
            #expect(parts.allSatisfy { $0 <= DeliveryBundle.bytes })
            #expect(mail.sent.flatMap(\.items).compactMap { Int($0.title) }.sorted() == Array(0..<count))
        }
    }

    @Test func whatMattersMostGoesFirst() async throws {
        let mail = RecordingSender(.email)
        try await PostOffice.open(channels: [mail]) { office in
            try await office.register("a")
            var ids: [String] = []
            for priority in [Notifications.Sent.Priority.low, .normal, .urgent, .high, .urgent] {
                ids.append(try await Self.send(office, priority.rawValue, priority))
            }
            try await office.service.reader.settle()
            let due = try await office.service.deliveries.due(by: .email, at: office.clock.now, limit: 10)
            #expect(due.map(\.notificationID) == [ids[2], ids[4], ids[3], ids[1], ids[0]])
            let one = try await office.service.deliveries.due(by: .email, at: office.clock.now, limit: 1)
            #expect(one.map(\.notificationID) == [ids[2]])
        }
    }
}
