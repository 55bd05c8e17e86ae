import Access
import EventStore
import Events
import Recurrence
import Testing
import Time

@testable import Notifications

/// What becomes of notifications on their ways.
struct DeliveryTests {
    private static let draft = NotificationDraft(.grade, title: "A grade", text: "17 of 20")

    private static func send(_ office: PostOffice, _ draft: NotificationDraft = draft) async throws -> String {
        let id = try await office.service.send(draft, to: .users(["a"]), by: PostOffice.actor).id
        try await DeliveryDecider(office.service).decide()
        return id
    }

    @Test func eachRecipientIsToldByTheWaysTheyWantAndTheLogSaysSo() async throws {
        let mail = RecordingSender(.email)
        let text = RecordingSender(.webhook)
        try await PostOffice.open(channels: [mail, text]) { office in
            try await office.register("a")
            let id = try await Self.send(office)
            #expect(
                try await office.deliveries(of: id) == [
                    "a email due", "a in-app delivered", "a webhook suppressed preference",
                ]
            )
            try await DeliveryWorker(office.service, mail).send()
            #expect(mail.sent.map(\.address) == ["a@school.example"])
            #expect(mail.sent.first?.items.map(\.title) == ["A grade"])
            #expect(text.sent.isEmpty)
            #expect(
                try await office.deliveries(of: id) == [
                    "a email delivered", "a in-app delivered", "a webhook suppressed preference",
                ]
            )
            // Nothing is left to do.
            #expect(try await DeliveryWorker(office.service, mail).send() == 0)
            #expect(try await DeliveryDecider(office.service).decide() == 0)
        }
    }

    @Test func aPartIsDecidedOnceHoweverManyDecide() async throws {
        let mail = RecordingSender(.email)
        try await PostOffice.open(channels: [mail]) { office in
            try await office.register("a")
            _ = try await office.service.send(Self.draft, to: .users(["a"]), by: PostOffice.actor)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 { group.addTask { _ = try await DeliveryDecider(office.service).decide() } }
                try await group.waitForAll()
            }
            let recorded = try await office.log.pool.query(
                "select count(*) from log.events where type = 'notifications.deliveries-recorded'"
            )
            // One event for each way.
            #expect(try recorded.first?.decode(column: 0, as: Int64.self) == 2)
        }
    }

    @Test func whatFailsIsTriedAgainLaterAndLaterAndGivenUpInTheEnd() async throws {
        let mail = RecordingSender(.email, answers: .failed("451 later"))
        try await PostOffice.open(channels: [mail]) { office in
            try await office.register("a")
            let id = try await Self.send(office)
            let worker = DeliveryWorker(office.service, mail)
            try await worker.send()
            #expect(try await office.deliveries(of: id).contains("a email failed 451 later"))
            // Not before its time.
            #expect(try await worker.send() == 0)
            for _ in 1..<DeliveryPacing.attempts {
                office.clock.advance(by: .seconds(2 * 3_600))
                #expect(try await worker.send() == 1)
            }
            #expect(mail.sent.count == DeliveryPacing.attempts)
            #expect(Set(mail.sent.map(\.deliveryID)).count == 1)
            #expect(try await office.deliveries(of: id).contains("a email dead 451 later"))
            office.clock.advance(by: .seconds(86_400))
            #expect(try await worker.send() == 0)

            // Somebody has it tried again, as often as the first time.
            #expect(try await office.service.retryFailedNotifications(by: PostOffice.actor).count == 1)
            for _ in 1..<DeliveryPacing.attempts {
                #expect(try await worker.send() == 1)
                #expect(try await office.deliveries(of: id).contains("a email failed 451 later"))
                office.clock.advance(by: .seconds(2 * 3_600))
            }
            #expect(try await worker.send() == 1)
            #expect(try await office.deliveries(of: id).contains("a email dead 451 later"))
            mail.answer(.delivered)
            let retried = try await office.service.retryFailedNotifications(by: PostOffice.actor)
            #expect(retried.count == 1)
            try await worker.send()
            #expect(try await office.deliveries(of: id).contains("a email delivered"))
            #expect(try await office.service.retryFailedNotifications(by: PostOffice.actor).count == 0)
        }
    }

    @Test func whatIsHeldBackComesTogetherWhenTheQuietIsOver() async throws {
        let mail = RecordingSender(.email)
        try await PostOffice.open(channels: [mail]) { office in
            try await office.register("a")
            let muted = try await office.service.muteNotifications("a", for: .seconds(600), by: PostOffice.actor)
            let first = try await Self.send(office)
            _ = try await Self.send(office)
            let worker = DeliveryWorker(office.service, mail)
            #expect(try await worker.send() == 0)
            #expect(try await office.deliveries(of: first).contains("a email held muted"))
            let record = try await office.service.deliveryRecords(of: first, limit: 10).first { $0.state == "held" }
            #expect(record?.dueAt == muted.until)

            // Muted for longer meanwhile: held again.
            office.clock.advance(by: .seconds(500))
            _ = try await office.service.muteNotifications("a", for: .seconds(600), by: PostOffice.actor)
            office.clock.advance(by: .seconds(200))
            try await worker.send()
            #expect(mail.sent.isEmpty)

            office.clock.advance(by: .seconds(600))
            try await worker.send()
            #expect(mail.sent.map(\.items.count) == [2])
            #expect(try await office.deliveries(of: first).contains("a email delivered"))
        }
    }

    @Test func whatAMuteHeldBackComesWhenItIsEndedBeforeItsTime() async throws {
        let mail = RecordingSender(.email)
        try await PostOffice.open(channels: [mail]) { office in
            try await office.register("a")
            _ = try await office.service.muteNotifications("a", for: .seconds(86_400), by: PostOffice.actor)
            _ = try await Self.send(office)
            _ = try await Self.send(office)
            let worker = DeliveryWorker(office.service, mail)
            office.clock.advance(by: .seconds(3_600))
            #expect(try await worker.send() == 0)
            _ = try await office.service.unmuteNotifications("a", by: PostOffice.actor)
            try await worker.send()
            #expect(mail.sent.map(\.items.count) == [2])
        }
    }

    /// Or it would be held for as long as they wanted then.
    @Test func whatWasDecidedByPreferencesThatAreOverIsNotRecorded() async throws {
        try await PostOffice.open(channels: [RecordingSender(.email)]) { office in
            try await office.register("a")
            let draft = NotificationDraft(.grade, title: "One", text: "")
            let id = try await office.service.send(draft, to: .users(["a"]), by: PostOffice.actor).id
            let reader = office.service.reader
            try await reader.settle()
            let part = try #require(try await office.service.deliveries.undecided(limit: 1).first)
            var held = DeliveryEntry(id, "a", .email, .due)
            (held.outcome, held.until, held.reason) = (.held, office.clock.now + .seconds(86_400), .muted)
            let before = try await reader.preferences(of: ["a"], at: .now, now: office.clock.now).size
            _ = try await office.service.unmuteNotifications("a", by: PostOffice.actor)
            let error = await #expect(throws: AppendError.self) {
                try await office.service.deliveries.record([held], deciding: part, byPreferencesAt: before)
            }
            #expect(error?.code == .conditionFailed)
            try await reader.settle()
            let since = try await reader.preferences(of: ["a"], at: .now, now: office.clock.now).size
            try await office.service.deliveries.record([held], deciding: part, byPreferencesAt: since)
            #expect(try await office.deliveries(of: id).contains("a email held muted"))
        }
    }

    @Test func whatAMuteHeldBackComesAtTheEndOfAShorterOneThatTookItsPlace() async throws {
        let mail = RecordingSender(.email)
        try await PostOffice.open(channels: [mail]) { office in
            try await office.register("a")
            _ = try await office.service.muteNotifications("a", for: .seconds(86_400), by: PostOffice.actor)
            _ = try await Self.send(office)
            _ = try await office.service.muteNotifications("a", for: .seconds(3_600), by: PostOffice.actor)
            let worker = DeliveryWorker(office.service, mail)
            office.clock.advance(by: .seconds(3_500))
            #expect(try await worker.send() == 0)
            office.clock.advance(by: .seconds(101))
            try await worker.send()
            #expect(mail.sent.map(\.items.count) == [1])
        }
    }

    /// Eleven in the evening of tomorrow (UTC).
    private static func night(after now: Timestamp) throws -> Timestamp {
        let clock = try #require(LocalClock(zone: "UTC"))
        return clock.moments(clock.day(of: now).adding(days: 1), minutes: 23 * 60).first
    }

    @Test func whatQuietHoursHeldBackIsLookedAtAgainWhenOthersAreWanted() async throws {
        let mail = RecordingSender(.email)
        try await PostOffice.open(channels: [mail]) { office in
            try await office.register("a")
            office.clock.set(try Self.night(after: office.clock.now))
            func want(quietUntil hour: Int?) async throws {
                var wanted = NotificationPreferences()
                if let hour {
                    wanted.quietHours = (0..<7).map { QuietHours.Span(day: $0, from: 22 * 60, to: hour * 60) }
                }
                _ = try await office.service.setNotificationPreferences("a", wanted, by: PostOffice.actor)
            }
            try await want(quietUntil: 7)
            let id = try await Self.send(office)
            let worker = DeliveryWorker(office.service, mail)
            #expect(try await worker.send() == 0)
            // Still in what is quiet now: held back until that ends.
            try await want(quietUntil: 8)
            try await worker.send()
            #expect(mail.sent.isEmpty)
            let record = try await office.service.deliveryRecords(of: id, limit: 10).first { $0.state == "held" }
            #expect(record?.dueAt == office.clock.now + .seconds(9 * 3_600))
            try await want(quietUntil: nil)
            try await worker.send()
            #expect(mail.sent.map(\.items.count) == [1])
        }
    }

    @Test func whatWaitsForADigestWaitsOnThoughSomethingElseIsWanted() async throws {
        let mail = RecordingSender(.email)
        try await PostOffice.open(channels: [mail]) { office in
            try await office.register("a")
            office.clock.set(try Self.night(after: office.clock.now))
            var wanted = NotificationPreferences()
            wanted.digest = .daily
            _ = try await office.service.setNotificationPreferences("a", wanted, by: PostOffice.actor)
            let id = try await Self.send(office)
            wanted.push = false
            _ = try await office.service.setNotificationPreferences("a", wanted, by: PostOffice.actor)
            #expect(try await DeliveryWorker(office.service, mail).send() == 0)
            #expect(try await office.deliveries(of: id).contains("a email held digest"))
        }
    }

    @Test func whoLostAccessMeanwhileIsNotToldAndThatIsRecorded() async throws {
        let mail = RecordingSender(.email)
        try await PostOffice.open(channels: [mail]) { office in
            try await office.register("a")
            try await office.assign("teacher", to: "a")
            let sent = try await office.service.send(
                Self.draft,
                to: .role("teacher"),
                in: "north",
                by: PostOffice.actor
            )
            try await DeliveryDecider(office.service).decide()
            _ = try await office.access.removeRoleFromUser(
                RemoveRole(userID: "a", roleID: "teacher", branch: "north"),
                CommandContext(actor: .system)
            )
            try await DeliveryWorker(office.service, mail).send()
            #expect(mail.sent.isEmpty)
            #expect(try await office.deliveries(of: sent.id).contains("a email suppressed lost-access"))
        }
    }

    @Test func whatWasDeletedOrReplacedIsNotSentAnyMore() async throws {
        let mail = RecordingSender(.email)
        try await PostOffice.open(channels: [mail]) { office in
            try await office.register("a")
            let deleted = try await Self.send(office)
            _ = try await office.service.mark([deleted], .deleted, for: "a", by: Author(id: "a"))
            var draft = Self.draft
            draft.collapseKey = "k"
            let replaced = try await Self.send(office, draft)
            let newer = try await Self.send(office, draft)
            try await DeliveryWorker(office.service, mail).send()
            #expect(mail.sent.map(\.deliveryID) == ["\(newer).a"])
            #expect(try await office.deliveries(of: deleted).contains("a email suppressed replaced"))
            #expect(try await office.deliveries(of: replaced).contains("a email suppressed replaced"))
        }
    }

    @Test func aDeviceThatIsGoneGetsNothingMore() async throws {
        let push = RecordingSender(.push, answers: .gone("410"))
        try await PostOffice.open(channels: [push]) { office in
            try await office.register("a")
            let device = try await office.service.registerDevice(
                "a",
                kind: .android,
                address: "token-of-the-phone",
                name: "Phone",
                by: Author(id: "a")
            )
            _ = try await Self.send(office)
            try await DeliveryWorker(office.service, push).send()
            #expect(push.sent.map(\.address) == ["token-of-the-phone"])
            #expect(try await office.service.devices(of: "a").isEmpty)
            let next = try await Self.send(office)
            #expect(try await office.deliveries(of: next).contains("a push suppressed no-address"))
            #expect(push.sent.count == 1)
            // What the log keeps of the address is of no use to whoever reads it.
            let event = try await office.log.store.reader.event(at: device.receipt.events[0].position)
            let personal = String(decoding: try #require(event?.personal), as: UTF8.self)
            #expect(!personal.contains("token-of-the-phone"))
        }
    }

    @Test func theSameAddressIsOneDevice() async throws {
        try await PostOffice.open { office in
            try await office.register("a")
            let actor = Author(id: "a")
            let first = try await office.service.registerDevice("a", kind: .ios, address: "t", name: nil, by: actor)
            let second = try await office.service.registerDevice("a", kind: .ios, address: "t", name: nil, by: actor)
            #expect(first.id != second.id)
            #expect(try await office.service.devices(of: "a").map(\.id) == [second.id])
        }
    }

    @Test func aConfirmationIsRecordedWithTheDelivery() async throws {
        try await PostOffice.open { office in
            try await office.register("a")
            let id = try await Self.send(office)
            _ = try await office.service.trackNotificationDelivery(
                [id],
                to: "a",
                by: .inApp,
                by: Author(id: "a")
            )
            let status = try await office.service.getDeliveryStatus(id)
            #expect(status.counts == [.init(channel: "in-app", state: "delivered", count: 1, received: 1)])
            #expect(status.undecided == 0)
            #expect(status.read == 0)
        }
    }

    @Test func aPartThatCannotBeDecidedHoldsUpNoneBehindItAndIsRecordedAsThat() async throws {
        let mail = RecordingSender(.email)
        try await PostOffice.open(channels: [mail]) { office in
            try await office.register("a", "bad")
            _ = try await office.service.setNotificationPreferences("bad", .init(), by: PostOffice.actor)
            try await office.service.reader.settle()
            try await office.log.pool.execute("update notifications_v6.preferences set categories = '{'")
            let broken = try await office.service.send(Self.draft, to: .users(["bad"]), by: PostOffice.actor).id
            let id = try await Self.send(office)
            #expect(try await office.deliveries(of: id).contains("a email due"))
            #expect(
                try await office.deliveries(of: broken) == ["bad email dead undecidable", "bad in-app delivered"]
            )
            #expect(try await DeliveryDecider(office.service).decide() == 0)
            // It can be tried again once what was wrong is set right.
            try await office.log.pool.execute("update notifications_v6.preferences set categories = null")
            #expect(try await office.service.retryFailedNotifications(by: PostOffice.actor).count == 1)
            try await DeliveryWorker(office.service, mail).send()
            #expect(try await office.deliveries(of: broken).contains("bad email delivered"))
        }
    }

    @Test func ofWhomItCannotBeDecidedIsRecordedAndTriedAgainByEveryWayAndWhoIsBesideIsTold() async throws {
        let mail = RecordingSender(.email)
        let push = RecordingSender(.push)
        try await PostOffice.open(channels: [mail, push]) { office in
            try await office.register("a", "bad")
            for user in ["a", "bad"] {
                for number in 1...2 {
                    _ = try await office.service.registerDevice(
                        user,
                        kind: .android,
                        address: "\(number) of \(user)",
                        name: nil,
                        by: Author(id: user)
                    )
                }
            }
            _ = try await office.service.setNotificationPreferences("bad", .init(), by: PostOffice.actor)
            try await office.service.reader.settle()
            try await office.log.pool.execute("update notifications_v6.preferences set categories = '{'")
            let sent = try await office.service.send(Self.draft, to: .users(["a", "bad"]), by: PostOffice.actor)
            try await DeliveryDecider(office.service).decide()
            let decided = try await office.deliveries(of: sent.id)
            #expect(
                decided == [
                    "a email due", "a in-app delivered", "a push due", "a push due", "bad email dead undecidable",
                    "bad in-app delivered", "bad push dead undecidable", "bad push dead undecidable",
                ]
            )
            try await office.log.pool.execute("update notifications_v6.preferences set categories = null")
            #expect(try await office.service.retryFailedNotifications(by: PostOffice.actor).count == 3)
            try await DeliveryWorker(office.service, push).send()
            let addresses = push.sent.map(\.address).sorted()
            #expect(addresses == ["1 of a", "1 of bad", "2 of a", "2 of bad"])
        }
    }

    @Test func whatWasErasedIsNotSentAnyMore() async throws {
        let mail = RecordingSender(.email)
        try await PostOffice.open(channels: [mail]) { office in
            try await office.register("a")
            let alone = try await Self.send(office)
            _ = try await office.log.store.erasePersonal(of: "a", reason: "asked", actor: "operator")
            let worker = DeliveryWorker(office.service, mail)
            try await worker.send()
            #expect(mail.sent.isEmpty)
            #expect(try await office.deliveries(of: alone).contains("a email suppressed erased"))
        }
    }

    @Test func ofABundleWhatWasErasedIsLeftOut() async throws {
        let text = RecordingSender(.webhook)
        try await PostOffice.open(channels: [text]) { office in
            try await office.register("a", "b")
            var wanted = NotificationPreferences()
            wanted.webhook = true
            _ = try await office.service.setNotificationPreferences("a", wanted, by: PostOffice.actor)
            _ = try await office.service.muteNotifications("a", for: .seconds(60), by: PostOffice.actor)
            let erased = try await Self.send(office)
            // What goes to several is of its sender: their text stays.
            let kept = try await office.service.send(Self.draft, to: .users(["a", "b"]), by: PostOffice.actor).id
            try await DeliveryDecider(office.service).decide()
            office.clock.advance(by: .seconds(61))
            try await office.service.reader.settle()
            #expect(try await DeliveryRun(office.service, text, isEndless: false).bundle(at: office.clock.now) == 2)
            _ = try await office.log.store.erasePersonal(of: "a", reason: "asked", actor: "operator")
            try await DeliveryWorker(office.service, text).send()
            let items = text.sent.flatMap(\.items).map(\.notificationID)
            #expect(items == [kept])
            #expect(try await office.deliveries(of: erased).contains("a webhook suppressed erased"))
            #expect(try await office.deliveries(of: kept).contains("a webhook delivered"))
        }
    }

    @Test func aReceiptIsTakenOfWhatWentThatWayAlone() async throws {
        let push = RecordingSender(.push)
        let mail = RecordingSender(.email)
        try await PostOffice.open(channels: [push, mail]) { office in
            try await office.register("a", "b")
            func device(_ user: String) async throws -> String {
                try await office.service.registerDevice(
                    user,
                    kind: .android,
                    address: "of \(user)",
                    name: nil,
                    by: Author(id: user)
                ).id
            }
            let (own, other) = (try await device("a"), try await device("b"))
            var wanted = NotificationPreferences()
            wanted.email = false
            _ = try await office.service.setNotificationPreferences("a", wanted, by: Author(id: "a"))
            let id = try await Self.send(office)
            try await DeliveryWorker(office.service, push).send()
            func receive(_ channel: DeliveryChannel, _ device: String? = nil) async throws {
                _ = try await office.service.trackNotificationDelivery(
                    [id],
                    to: "a",
                    by: channel,
                    device: device,
                    by: Author(id: "a")
                )
            }
            let before = try await office.log.store.head().size
            for (channel, device) in [
                (DeliveryChannel.email, nil), (.webhook, nil), (.push, nil), (.push, other), (.inApp, other),
                (.push, "made-up"),
            ] {
                await #expect(throws: NotificationError.self) { try await receive(channel, device) }
            }
            #expect(try await office.log.store.head().size == before)
            try await receive(.push, own)
            try await receive(.inApp, own)
            let counts = try await office.service.getDeliveryStatus(id).counts
            #expect(counts.contains(.init(channel: "push", state: "delivered", count: 1, received: 1)))
            #expect(counts.contains(.init(channel: "email", state: "suppressed", count: 1, received: 0)))
            #expect(!counts.contains { $0.channel == "webhook" && $0.received > 0 })
        }
    }
}
