import Access
import JSON
import Testing

/// The WebSocket of an inbox, by an independent client.
@Suite struct NotificationSocketTests {
    @Test func whatArrivesIsToldOnEverySocketOfItsRecipientAndReadOnOneItIsReadOnAll() async throws {
        try await InboxDesk.open { desk in
            let start = try await desk.head()
            let phone = try await desk.socket(desk.ann, after: start, signIn: "subprotocol")
            let desktop = try await desk.socket(desk.ann, after: start, signIn: "message")
            let ben = try await desk.socket(desk.ben, after: start)
            for socket in [phone, desktop, ben] { try await socket.message { $0["unread"]?.int64 == 0 } }
            let id = try await desk.send("one")
            for socket in [phone, desktop] { try await socket.message { $0["unread"]?.int64 == 1 } }
            #expect(phone.titles == ["one"] && desktop.titles == ["one"])

            try phone.say(#"{"type":"mark","id":"m1","change":"read","notificationIds":["\#(id)"]}"#)
            let done = try await phone.message { $0["type"]?.string == "done" }
            #expect(done["id"]?.string == "m1")
            for socket in [phone, desktop] { try await socket.until { _ in socket.unread == 0 } }
            // It is an event like any other, by whoever made the mark.
            let position = try #require(done["position"]?.int64)
            let event = try #require(try await desk.served.system.store.reader.event(at: position))
            #expect(event.type.rawValue == "notifications.inbox-changed" && event.header.actor == "ann")

            try await desk.send("two")
            try await desktop.until { _ in desktop.titles == ["one", "two"] }
            try desktop.say(#"{"type":"read-all"}"#)
            for socket in [phone, desktop] { try await socket.until { _ in socket.unread == 0 } }
            try phone.say(#"{"type":"received","id":"r","notificationIds":["\#(id)"]}"#)
            try await phone.message { $0["id"]?.string == "r" && $0["type"]?.string == "done" }
            #expect(ben.titles.isEmpty)
        }
    }

    @Test func whereOneWasIsSaidWithTheAddressOrByTheFirstMessageAndNothingIsToldBefore() async throws {
        try await InboxDesk.open { desk in
            let start = try await desk.head()
            try await desk.send("one")
            let socket = try await desk.socket(desk.ann)
            try await desk.send("two")
            try socket.say(#"{"type":"follow","id":"f","after":\#(start)}"#)
            try await socket.until { _ in socket.titles.count == 2 }
            #expect(socket.titles == ["one", "two"])
            try socket.say(#"{"type":"follow","id":"again","after":0}"#)
            try await socket.message { $0["id"]?.string == "again" && $0["problem"]?["status"]?.int64 == 400 }
            let other = try await desk.socket(desk.ann)
            try other.say(#"{"type":"follow"}"#)
            // From now on: what was there is only counted.
            try await other.message { $0["unread"]?.int64 == 2 }
            try await desk.send("three")
            try await other.until { _ in other.titles == ["three"] }
            try await socket.until { _ in socket.titles == ["one", "two", "three"] }
        }
    }

    @Test func whoeverIsCutOffAgainAndAgainUnderLoadHearsEverythingOnceAndInOrderFromEitherReplica() async throws {
        try await InboxDesk.open { desk in
            try await desk.served.openReplica { replica in
                let count = 150
                let addresses = [desk.served, replica].map { "ws://127.0.0.1:\($0.port)/notifications/socket" }
                let client = try Conversation(python: "wander.py", addresses[0], desk.ann, "\(count)", addresses[1])
                for number in 0..<count { try await desk.send("\(number)") }
                let said = try await client.all()
                #expect(said.dropLast() == (0..<count).map(String.init)[...], "\(said)")
                let cuts = said.last.flatMap { Int($0.dropFirst(4)) } ?? 0
                #expect(cuts >= 5, "\(said.last ?? "")")
            }
        }
    }

    @Test func aNotificationThatIsSentOnOneReplicaReachesTheSocketsOfAnother() async throws {
        try await InboxDesk.open { desk in
            try await desk.served.openReplica { replica in
                let socket = try await desk.socket(desk.ann, after: try await desk.head(), at: replica)
                let here = try await desk.socket(desk.ann, after: try await desk.head())
                for socket in [socket, here] { try await socket.message { $0["unread"]?.int64 == 0 } }
                let id = try await desk.send("over there")
                try await socket.until { _ in socket.titles == ["over there"] }
                try socket.say(#"{"type":"mark","change":"read","notificationIds":["\#(id)"]}"#)
                try await here.until { _ in here.titles == ["over there"] && here.unread == 0 }
                // A token that is revoked here ends what it opened there.
                try await desk.revoke(desk.ann)
                try await socket.untilClosed(4_401)
            }
        }
    }

    @Test func whatIsWrongIsToldByAMessageAndTheSocketStaysOpen() async throws {
        try await InboxDesk.open { desk in
            let bens = try await desk.send("not hers", to: "ben")
            let start = try await desk.head()
            let socket = try await desk.socket(desk.ann, after: start)
            let wrong: [(String, Int64, String?)] = [
                (#"{"type":"mark","id":"ID","change":"read","notificationIds":["\#(bens)"]}"#, 404, nil),
                (#"{"type":"received","id":"ID","notificationIds":["\#(bens)"]}"#, 404, nil),
                (#"{"type":"mark","id":"ID","change":"burn","notificationIds":["x"]}"#, 422, "/change"),
                (#"{"type":"mark","id":"ID","change":"read","notificationIds":[]}"#, 422, "/notificationIds"),
                (#"{"type":"mark","id":"ID","change":"read","userId":"ben","notificationIds":["x"]}"#, 422, "/userId"),
                (#"{"type":"dance","id":"ID"}"#, 422, "/type"), (#"{"id":"ID"}"#, 422, "/type"),
                (#"{"type":"follow","id":"ID","after":-1}"#, 422, "/after"),
            ]
            for (number, (message, status, pointer)) in wrong.enumerated() {
                try socket.say(message.replacing("ID", with: "\(number)"))
                let answer = try await socket.message { $0["id"]?.string == "\(number)" }
                #expect(answer["type"]?.string == "problem", "\(message)")
                #expect(answer["problem"]?["status"]?.int64 == status, "\(message): \(answer)")
                if let pointer {
                    let pointers = (answer["problem"]?["errors"]?.array ?? []).compactMap { $0["pointer"]?.string }
                    #expect(pointers.contains(pointer), "\(message): \(answer)")
                }
            }
            for message in ["nonsense", "binary", "[]", #"{"type":"read-all","id":7}"#] {
                let before = socket.messages.count { $0["type"]?.string == "problem" }
                try socket.say(message)
                try await socket.until { _ in socket.messages.count { $0["type"]?.string == "problem" } > before }
            }
            let events = try await desk.served.system.store.reader.events(from: start + 1, limit: 1_000)
            #expect(events.filter { $0.type.rawValue.hasPrefix("notifications.inbox") }.isEmpty)
            #expect(events.filter { $0.type.rawValue.hasPrefix("notifications.received") }.isEmpty)
            try await desk.send("still here")
            try await socket.until { _ in socket.titles == ["still here"] }
        }
    }

    @Test func aRevokedTokenClosesItsSocketBeforeAnythingThatWasRecordedAfterItIsTold() async throws {
        try await InboxDesk.open { desk in
            let start = try await desk.head()
            let goes = try await desk.socket(desk.ann, after: start)
            let stays = try await desk.socket(try await desk.anotherToken(of: "ann"), after: start)
            try await goes.message { $0["unread"]?.int64 == 0 }
            try await stays.message { $0["unread"]?.int64 == 0 }
            try await desk.revoke(desk.ann)
            try await desk.send("secret")
            try await goes.untilClosed(4_401)
            #expect(goes.titles.isEmpty)
            try await stays.message { $0.titles == ["secret"] }
            #expect(try await desk.refusal(desk.ann) == ["refused 401"])
        }
    }

    @Test func aRevokedTokenClosesASocketThatHasNotSaidYetWhereItWas() async throws {
        try await InboxDesk.open { desk in
            let socket = try await desk.socket(desk.ann)
            try socket.say(#"{"type":"dance","id":"d"}"#)
            try await socket.message { $0["id"]?.string == "d" }
            try await desk.revoke(desk.ann)
            try await socket.untilClosed(4_401)
            #expect(socket.titles.isEmpty)
        }
    }

    @Test func whoDoesNotReadIsDetachedWithWhereToGoOnAndMissesNothing() async throws {
        try await InboxDesk.open { desk in
            let start = try await desk.head()
            let slow = try Conversation(python: "slow.py", "\(desk.served.port)", desk.ann, "\(start)")
            try await slow.until(line: "open")
            let text = String(repeating: "𝄞", count: 3_900)
            // More than may be on the way to a client, with what the kernel keeps.
            let hub = desk.served.system.notifications.hub
            var count = 0
            while hub.listeners > 0, count < 3_000 {
                for _ in 0..<20 {
                    try await desk.send("\(count)", message: text)
                    count += 1
                }
            }
            #expect(count < 3_000)
            try slow.say("read")
            let said = try await slow.all().dropFirst()
            let close = try #require(said.last)
            #expect(close.hasPrefix("closed 1013 next="), "\(said)")
            let heard = Array(said.dropLast())
            #expect(heard == (0..<heard.count).map(String.init))
            #expect(heard.count < count)
            let place = try #require(Int64(close.dropFirst("closed 1013 next=".count)))
            let again = try await desk.socket(desk.ann, after: place)
            try await again.until { _ in again.titles.count >= count - heard.count }
            #expect(again.titles == (heard.count..<count).map(String.init))
        }
    }
}
