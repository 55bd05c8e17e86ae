import Addresses
import Curl
import EventStore
import JSON
import Mail
import TestSupport
import Testing
import Time
import WebPush
import Webhooks

@testable import Notifications

/// What goes out of the house, as those see it who get it.
struct WayTests {
    private static let links = MessageLinks(origin: "https://books.example")
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private static func draft(_ title: String, _ text: String) -> NotificationDraft {
        var draft = NotificationDraft(.grade, title: title, text: text)
        draft.link = "/grades/1?a=1&b=2"
        draft.locale = "de"
        return draft
    }

    /// One with all that there can be.
    private static func richDraft() -> NotificationDraft {
        var draft = draft("Note", "17")
        draft.image = "https://books.example/a.png?x=1&y=2"
        draft.actions = [
            .init(actionID: "reply", title: "Reply <now>", link: "/reply?a=1&b=2"),
            .init(actionID: "snooze", title: "Later"),
        ]
        draft.payload = ["grade": 17]
        return draft
    }

    /// Whether a program is told all that such a one has.
    private static func expectRich(_ item: JSONValue) throws {
        #expect(item["image"] == "https://books.example/a.png?x=1&y=2" && item["data"]?["grade"]?.int64 == 17)
        let actions = try #require(item["actions"]?.array)
        #expect(actions.map { $0["actionId"]?.string } == ["reply", "snooze"])
        #expect(actions.map { $0["title"]?.string } == ["Reply <now>", "Later"])
        #expect(actions.map { $0["link"]?.string } == ["https://books.example/reply?a=1&b=2", nil])
    }

    private static func mail(_ stand: StandIn) throws -> MailSender {
        MailSender(
            MailServer(
                .init(url: "smtp://127.0.0.1:\(stand.port)", authorities: stand.authority),
                client: try CurlClient(reach: .anywhere)
            ),
            from: .init(try #require(MailAddress("office@school.example")), name: "Schule"),
            links: links,
            unsubscribe: "https://books.example/settings"
        )
    }

    private static func send(_ office: PostOffice, _ draft: NotificationDraft, to user: String) async throws -> String {
        let id = try await office.service.send(draft, to: .users([user]), by: PostOffice.actor).id
        try await DeliveryDecider(office.service).decide()
        return id
    }

    @Test func aNotificationArrivesByMailAndWhatTheServerSaysIsRecorded() async throws {
        try await StandIn.run("smtp_server.py", "starttls") { stand in
            let mail = try Self.mail(stand)
            try await PostOffice.open(channels: [mail]) { office in
                try await office.register("ann", "missing", "later")
                let worker = DeliveryWorker(office.service, mail)
                let id = try await Self.send(office, Self.draft("Note <1>", "17 & mehr\n<script>"), to: "ann")
                try await worker.send()
                #expect(try await office.deliveries(of: id).contains("ann email delivered"))
                let seen = try await stand.next()
                #expect(seen["envelope"]?["to"]?.array == ["ann@school.example"])
                #expect(seen["headers"]?["subject"]?.string == "Note <1>")
                #expect(seen["headers"]?["content-language"]?.string == "de")
                #expect(seen["headers"]?["message-id"]?.string?.contains("ann") == false)
                let text = try #require(seen["text"]?.string)
                #expect(text.contains("17 & mehr\n<script>") && text.contains("https://books.example/grades/1?a=1&b=2"))
                let html = try #require(seen["html"]?.string)
                #expect(html.contains("17 &amp; mehr") && html.contains("&lt;script&gt;") && !html.contains("<script>"))
                #expect(html.contains("<a href=\"https://books.example/grades/1?a=1&amp;b=2\">"))

                _ = try await Self.send(office, Self.richDraft(), to: "ann")
                try await worker.send()
                let rich = try await stand.next()
                let lines = try #require(rich["text"]?.string)
                #expect(lines.contains("https://books.example/a.png?x=1&y=2"))
                #expect(lines.contains("Reply <now>: https://books.example/reply?a=1&b=2") && !lines.contains("Later"))
                let page = try #require(rich["html"]?.string)
                #expect(page.contains("<a href=\"https://books.example/reply?a=1&amp;b=2\">Reply &lt;now&gt;</a>"))
                // A picture that is fetched tells others that the mail was opened.
                #expect(page.contains("<a href=\"https://books.example/a.png?x=1&amp;y=2\">") && !page.contains("<img"))

                let gone = try await Self.send(office, Self.draft("a", "b"), to: "missing")
                let later = try await Self.send(office, Self.draft("a", "b"), to: "later")
                try await worker.send()
                #expect(try await office.deliveries(of: gone).contains("missing email dead 550 5.1.1"))
                #expect(try await office.deliveries(of: later).contains("later email failed 451 4.3.0"))
            }
        }
    }

    @Test func theSameMessageHasTheSameIdHoweverOftenItIsSent() throws {
        let sender = MailSender(
            MailServer(.init(url: "smtp://127.0.0.1:1"), client: try CurlClient(reach: .anywhere)),
            from: .init(try #require(MailAddress("office@school.example"))),
            links: Self.links
        )
        let message = OutgoingMessage(
            deliveryID: "n.ann",
            userID: "ann",
            address: "ann@home.example",
            items: [Self.item()]
        )
        var other = message
        other.deliveryID = "m.ann"
        #expect(sender.mail(message)?.id == sender.mail(message)?.id)
        #expect(sender.mail(message)?.id != sender.mail(other)?.id)
        other.items.append(Self.item("Two", "<b>"))
        #expect(sender.mail(other)?.subject == "One (+1)")
        #expect(sender.mail(other)?.html?.contains("&lt;b&gt;") == true)
        other.address = "ann@home.example, ben@home.example"
        #expect(sender.mail(other) == nil)
    }

    @Test func aWebhookSaysWhoIsToldAndWhat() async throws {
        try await StandIn.run("http_receiver.py", "tls", Self.secret) { stand in
            let sender = WebhookSender(
                Webhook(
                    url: "https://127.0.0.1:\(stand.port)/ok",
                    secret: try #require(WebhookSecret(Self.secret)),
                    authorities: stand.authority,
                    client: try CurlClient(reach: .publicAddresses(orIn: [try #require(IPNetwork("127.0.0.1"))]))
                ),
                links: Self.links
            )
            let message = OutgoingMessage(deliveryID: "n.ann", userID: "ann", address: "ann", items: [Self.item()])
            #expect(await sender.send(message) == .delivered)
            let seen = try await stand.next()
            #expect(seen["signed"]?.bool == true)
            let id = try #require(seen["headers"]?["webhook-id"]?.string)
            #expect(id.hasPrefix("msg_") && !id.contains("."))
            #expect(await sender.send(message) == .delivered)
            #expect(try await stand.next()["headers"]?["webhook-id"]?.string == id)
            let body = try JSONValue(parsing: Array((seen["body"]?.string ?? "").utf8))
            #expect(body["type"] == "notification")
            #expect(body["data"]?["userId"] == "ann" && body["data"]?["deliveryId"] == "n.ann")
            let first = try #require(body["data"]?["notifications"]?.array?.first)
            #expect(first["title"] == "One" && first["text"] == "Text" && first["link"] == "https://books.example/a")
            let draft = Self.richDraft()
            var rich = message
            rich.items[0].image = draft.image
            rich.items[0].actions = draft.actions
            rich.items[0].payload = draft.payloadText.map { Array($0.utf8) }
            #expect(await sender.send(rich) == .delivered)
            let told = try JSONValue(parsing: Array((try await stand.next()["body"]?.string ?? "").utf8))
            try Self.expectRich(try #require(told["data"]?["notifications"]?.array?.first))
        }
    }

    @Test func aBrowserIsPushedToUntilItsServiceSaysThatItIsGone() async throws {
        try await StandIn.run("http_receiver.py", "tls") { stand in
            try await PostOffice.open { office in
                let push = try Self.push(stand, office)
                let service = try office.service(by: push)
                try await office.register("ann")
                #expect(try office.service.pushKey() == nil)
                let key = try #require(try service.pushKey())
                let live = try await Self.subscribe(service, stand, "/push-key/\(key)")
                _ = try await service.registerDevice(
                    "ann",
                    kind: .android,
                    address: "token",
                    name: nil,
                    by: Author(id: "ann")
                )
                let id = try await service.send(Self.richDraft(), to: .users(["ann"]), by: PostOffice.actor).id
                try await DeliveryDecider(service).decide()
                try await DeliveryWorker(service, push).send()
                let seen = try await stand.next()
                #expect(seen["error"] == nil)
                let text = try JSONValue(parsing: Array((seen["opened"]?.string ?? "").utf8))
                let first = try #require(text["notifications"]?.array?.first)
                #expect(first["id"]?.string == id && first["title"] == "Note" && first["text"] == "17")
                try Self.expectRich(first)
                // A phone that browsers' pushes do not reach is not recorded as one that was tried.
                let records = try await service.deliveryRecords(of: id, limit: 10).filter { $0.channel == "push" }
                #expect(records.map(\.deviceID) == [live] && records.map(\.state) == ["delivered"])

                _ = try await service.removeDevice(live, of: "ann", by: Author(id: "ann"))
                let ended = try await Self.subscribe(service, stand, "/status/410")
                let next = try await service.send(Self.draft("a", "b"), to: .users(["ann"]), by: PostOffice.actor).id
                try await DeliveryDecider(service).decide()
                try await DeliveryWorker(service, push).send()
                let record = try await service.deliveryRecords(of: next, limit: 10).first { $0.channel == "push" }
                #expect(record?.state == "dead" && record?.reason == "status 410")
                #expect(try await !service.devices(of: "ann").contains { $0.id == ended })
            }
        }
    }

    @Test func aBrowserThatSubscribedBeforeARotationIsStillReached() async throws {
        try await StandIn.run("http_receiver.py", "tls") { stand in
            try await PostOffice.open { office in
                let push = try Self.push(stand, office)
                let old = try #require(try push.keys().first?.publicText)
                _ = try await office.log.store.rotateKey(actor: "system", reason: nil)
                #expect(try push.keys().first?.publicText != old)
                let result = await push.send(
                    OutgoingMessage(
                        deliveryID: "n.d",
                        userID: "ann",
                        address: Self.subscription(stand, "/push-key/\(old)"),
                        deviceKind: "web",
                        items: [Self.item()]
                    )
                )
                #expect(result == .delivered)
            }
        }
    }

    @Test func whatIsTooLongForAServiceIsPushedShorter() async throws {
        try await StandIn.run("http_receiver.py", "tls") { stand in
            try await PostOffice.open { office in
                let push = try Self.push(stand, office)
                let item = Self.item("One", String(repeating: "ü", count: 5_000))
                var message = OutgoingMessage(
                    deliveryID: "n.d",
                    userID: "ann",
                    address: Self.subscription(stand, "/push-small/1"),
                    deviceKind: "web",
                    items: [item]
                )
                #expect(await push.send(message) == .delivered)
                let (first, second) = (try await stand.next(), try await stand.next())
                #expect(first["length"]?.int64 ?? 0 > 1_500 && first["length"]?.int64 ?? 0 <= 4_096)
                #expect(second["length"]?.int64 ?? 9_999 <= 1_500)
                message.address = Self.subscription(stand, "/status/413")
                #expect(await push.send(message) == .refused("status 413"))
                message.address = "{}"
                guard case .refused = await push.send(message) else {
                    Issue.record("it is no subscription")
                    return
                }
            }
        }
    }

    @Test func aPushNeverIsLongerThanThereIsRoomFor() throws {
        let many = (0..<60).map { Self.item("Title \($0)", String(repeating: "text ", count: $0 * 5)) }
        for room in stride(from: 400, through: 8_000, by: 100) {
            let text = try #require(PushText.bytes(many, room: room))
            #expect(text.count <= room)
            let value = try JSONValue(parsing: text)
            let shown = value["notifications"]?.array ?? []
            #expect(Int64(shown.count) + (value["more"]?.int64 ?? 0) == 60)
            // The newest are kept.
            #expect(shown.last?["title"] == "Title 59")
        }
        #expect(PushText.bytes(many, room: 10) == nil)
    }

    @Test(.timeLimit(.minutes(1))) func aPushTakesNoLongerForWhatThereIsNoRoomFor() throws {
        let many = (0..<20_000).map { Self.item("Title \($0)", "text") }
        let text = try #require(PushText.bytes(many, room: 4_000))
        // As many as there is room for: one more has about a hundred bytes.
        #expect(text.count <= 4_000 && text.count > 3_800)
        let value = try JSONValue(parsing: text)
        let shown = (value["notifications"]?.array ?? []).compactMap { $0["title"]?.string }
        #expect(shown == many.suffix(shown.count).map(\.title))
        #expect(Int64(shown.count) + (value["more"]?.int64 ?? 0) == 20_000)
    }

    @Test func whereThereIsLittleRoomProgramsDataGoesFirstAndPicturesGoAfterLongTexts() throws {
        var item = Self.item("One", String(repeating: "text ", count: 100))
        item.image = "https://books.example/a.png"
        item.actions = [.init(actionID: "reply", title: "Reply", link: "/reply")]
        item.payload = Array("{\"a\":\"\(String(repeating: "a", count: 500))\"}".utf8)
        func shown(_ room: Int) throws -> JSONValue {
            let text = try #require(PushText.bytes([item], room: room))
            return try #require(JSONValue(parsing: text)["notifications"]?.array?.first)
        }
        let all = try shown(2_000)
        #expect(all["data"] != nil && all["actions"] != nil && all["image"] != nil)
        let first = try shown(1_000)
        #expect(first["data"] == nil && first["actions"] != nil && first["text"]?.string == item.text)
        let second = try shown(600)
        #expect(second["actions"] != nil && second["image"] != nil && second["text"]?.string?.count == 300)
        let third = try shown(300)
        #expect(third["actions"] == nil && third["image"] == nil && third["text"]?.string?.count == 80)
    }

    @Test func howAPushIsTreatedFollowsFromWhatItSays() async throws {
        try await PostOffice.open { office in
            let push = PushSender(
                PushClient(try CurlClient(reach: .anywhere), contact: "mailto:a@b.example"),
                keys: office.log.store.keys,
                links: Self.links
            )
            let now = Timestamp.now()
            var item = Self.item()
            item.expiresAt = now + .seconds(60)
            item.priority = .urgent
            item.collapseKey = "k"
            var message = OutgoingMessage(deliveryID: "n.d", userID: "ann", address: "", items: [item])
            let one = try #require(push.push(message, room: 4_000, at: now))
            #expect(one.life == .seconds(60) && one.urgency == .high && one.replaces == "k")
            message.items.append(Self.item())
            let both = try #require(push.push(message, room: 4_000, at: now))
            #expect(both.life == .seconds(604_800) && both.urgency == .high && both.replaces == nil)
        }
    }

    @Test func anotherSideThatAsksForTimeIsGivenIt() {
        #expect(DeliveryPacing.pause(after: 1, asked: .seconds(90), share: 0.5) == .seconds(90))
        #expect(DeliveryPacing.pause(after: 1, asked: .seconds(1), share: 0.5) == .seconds(5))
        #expect(DeliveryPacing.pause(after: 1, asked: .seconds(1_000_000), share: 0.5) == .seconds(86_400))
    }

    // MARK: Parts

    private static func item(_ title: String = "One", _ text: String = "Text") -> OutgoingMessage.Item {
        OutgoingMessage.Item(
            notificationID: "n",
            category: "grade",
            priority: .normal,
            title: title,
            text: text,
            link: "/a"
        )
    }

    private static func push(_ stand: StandIn, _ office: PostOffice) throws -> PushSender {
        PushSender(
            PushClient(
                try CurlClient(reach: .anywhere),
                contact: "mailto:office@school.example",
                authorities: stand.authority
            ),
            keys: office.log.store.keys,
            links: links
        )
    }

    private static func subscription(_ stand: StandIn, _ path: String) -> String {
        let keys = stand.opening["subscription"]
        let (key, secret) = (keys?["p256dh"]?.string ?? "", keys?["auth"]?.string ?? "")
        return
            #"{"endpoint":"https://127.0.0.1:\#(stand.port)\#(path)","keys":{"p256dh":"\#(key)","auth":"\#(secret)"}}"#
    }

    private static func subscribe(
        _ service: NotificationService,
        _ stand: StandIn,
        _ path: String
    ) async throws -> String {
        try await service.registerDevice(
            "ann",
            kind: .web,
            address: subscription(stand, path),
            name: nil,
            by: Author(id: "ann")
        ).id
    }
}
