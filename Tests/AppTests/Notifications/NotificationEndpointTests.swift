import Access
import Foundation
import JSON
import TestSupport
import Testing

@testable import HTTPAPI

/// Notifications over HTTP, as they are wired for use.
@Suite struct NotificationEndpointTests {
    /// A server with two people, and somebody who may send.
    private static func open(
        _ body: @escaping @Sendable (Served, _ sender: String, _ ann: String, _ ben: String) async throws -> Void
    ) async throws {
        try await Served.open { served in
            let sender = try await served.token(of: "sender")
            try await served.grant(["notifications:send"], to: "sender", in: "institution", role: "sender")
            let ann = try await served.token(of: "ann")
            let ben = try await served.token(of: "ben")
            try await body(served, sender, ann, ben)
        }
    }

    private static func send(
        _ served: Served,
        _ token: String,
        _ body: String = #"{"userId":"ann","title":"Hello","message":"<b>you</b>"}"#,
        headers: [String: String] = [:]
    ) async throws -> Answer {
        try await served.send(Sending(.post, "/notifications/send", body, headers: headers), token: token)
    }

    @Test func whatIsSentIsInTheInboxOfItsRecipientAndCanBeReadAndDeletedThere() async throws {
        try await Self.open { served, sender, ann, ben in
            let sent = try await Self.send(served, sender)
            #expect(sent.status == 201)
            let id = try #require(sent.json?["notificationId"]?.string)
            let list = try await served.send(Sending(.get, "/notifications"), token: ann)
            #expect(list.items.count == 1)
            #expect(list.items.first?["message"]?.string == "<b>you</b>")
            #expect(list.items.first?["isRead"]?.bool == false)
            #expect(try await served.send(Sending(.get, "/notifications"), token: ben).items.isEmpty)
            let count = try await served.send(Sending(.get, "/notifications/unread-count"), token: ann)
            #expect(count.json?["unread"]?.int64 == 1)

            let read = try await served.send(Sending(.post, "/notifications/\(id)/read"), token: ann)
            #expect(read.status == 200)
            let after = try await served.send(Sending(.get, "/notifications/unread-count"), token: ann)
            #expect(after.json?["unread"]?.int64 == 0)
            #expect(try await served.send(Sending(.delete, "/notifications/\(id)"), token: ann).status == 200)
            #expect(try await served.send(Sending(.get, "/notifications"), token: ann).items.isEmpty)
            #expect(try await served.send(Sending(.delete, "/notifications/\(id)"), token: ann).status == 404)
        }
    }

    @Test func nobodyReadsOrMarksTheInboxOfSomebodyElseWithoutThePermission() async throws {
        try await Self.open { served, sender, _, ben in
            let id = try #require(try await Self.send(served, sender).json?["notificationId"]?.string)
            let before = try await served.system.store.head().size
            for request in [
                Sending(.get, "/notifications?userId=ann"), Sending(.get, "/notifications/unread-count?userId=ann"),
                Sending(.post, "/notifications/\(id)/read?userId=ann"),
                Sending(.post, "/notifications/read-all?userId=ann"),
                Sending(.post, "/notifications/mark?userId=ann", #"{"change":"read","notificationIds":["\#(id)"]}"#),
                Sending(.delete, "/notifications/\(id)?userId=ann"),
                Sending(.get, "/notifications/preferences?userId=ann"),
                Sending(.post, "/notifications/preferences?userId=ann", "{}"),
                Sending(.post, "/notifications/mute?userId=ann", #"{"durationMinutes":5}"#),
                Sending(.delete, "/notifications/mute?userId=ann"),
                Sending(.get, "/notifications/devices?userId=ann"),
                Sending(.delete, "/notifications/devices/x?userId=ann"),
            ] {
                #expect(try await served.send(request, token: ben).status == 403, "\(request)")
            }
            // Neither sent by oneself nor in one's own inbox: not there.
            #expect(try await served.send(Sending(.get, "/notifications/\(id)/deliveries"), token: ben).status == 404)
            #expect(try await served.send(Sending(.post, "/notifications/\(id)/read"), token: ben).status == 404)
            let received = Sending(
                .post,
                "/notifications/received",
                #"{"channel":"in-app","notificationIds":["\#(id)"]}"#
            )
            #expect(try await served.send(received, token: ben).status == 404)
            try await served.system.access.decisions.settle()
            let events = try await served.system.store.reader.events(from: before, limit: 1_000)
            #expect(events.filter { $0.type.rawValue.hasPrefix("notifications.inbox") }.isEmpty)
            // The attempts are in the decision log.
            #expect(events.contains { $0.type.rawValue == "rbac.decisions-recorded" })
        }
    }

    @Test func theSameRequestAgainSendsNothingAgain() async throws {
        try await Self.open { served, sender, ann, _ in
            let first = try await Self.send(served, sender, headers: ["Idempotency-Key": "\"k1\""])
            let again = try await Self.send(served, sender, headers: ["Idempotency-Key": "\"k1\""])
            #expect(first.json?["notificationId"] == again.json?["notificationId"])
            #expect(again.status == 201)
            #expect(try await served.send(Sending(.get, "/notifications"), token: ann).items.count == 1)
            let other = try await Self.send(
                served,
                sender,
                #"{"userId":"ben","title":"Hello","message":""}"#,
                headers: ["Idempotency-Key": "\"k1\""]
            )
            #expect(other.problem == "idempotency-key-reused")
        }
    }

    @Test func badInputIsRefusedWhereItStandsAndNothingIsSent() async throws {
        try await Self.open { served, sender, ann, _ in
            let before = try await served.system.store.head().size
            for (body, pointer) in [
                (#"{"title":"T","message":"M"}"#, "/userId"), (#"{"userId":"ann","message":"M"}"#, "/title"),
                (#"{"userId":"ann","title":"  ","message":"M"}"#, "/title"),
                (#"{"userId":"ghost","title":"T","message":"M"}"#, "/userIds/0"),
                (#"{"userId":"ann","title":"T","message":"M","link":"javascript:alert(1)"}"#, "/link"),
                (#"{"userId":"ann","title":"T","message":"M","expiresAt":"2020-01-01T00:00:00Z"}"#, "/expiresAt"),
                (#"{"userId":"ann","title":"T","message":"M","category":"party"}"#, "/category"),
                (#"{"userId":"ann","userIds":["ben"],"title":"T","message":"M"}"#, "/userIds"),
                (#"{"userId":"ann","title":"T","message":"M","data":"text"}"#, "/data"),
            ] {
                let answer = try await Self.send(served, sender, body)
                #expect(answer.status == 422, "\(body): \(answer)")
                let pointers = (answer.json?["errors"]?.array ?? []).compactMap { $0["pointer"]?.string }
                #expect(pointers.contains(pointer), "\(body): \(answer)")
            }
            for body in [
                #"{"timeZone":"Mars/Olympus"}"#, #"{"quietHours":[{"day":"monday","from":"25:00","to":"07:00"}]}"#,
                #"{"quietHours":[{"day":"monday","from":"07:00","to":"07:00"}]}"#,
                #"{"quietHours":[{"day":"someday","from":"22:00","to":"07:00"}]}"#,
            ] {
                let answer = try await served.send(Sending(.post, "/notifications/preferences", body), token: ann)
                #expect(answer.status == 422, "\(body): \(answer)")
            }
            let broadcast = Sending(
                .post,
                "/notifications/broadcast",
                #"{"roleId":"auditor","title":"T","message":""}"#
            )
            #expect(try await served.send(broadcast, token: sender).problem == "empty-audience")
            let events = try await served.system.store.reader.events(from: before, limit: 1_000)
            #expect(events.filter { $0.type.rawValue.hasPrefix("notifications.") }.isEmpty)
        }
    }

    @Test func preferencesComeBackAsTheyWereSetAndAreAnsweredAsOfAMoment() async throws {
        try await Self.open { served, _, ann, _ in
            let body = #"""
                {"email":false,"sms":true,"timeZone":"Europe/Berlin","locale":"de","digest":"daily",
                 "categories":[{"category":"grade","channel":"push","isWanted":false}],
                 "quietHours":[{"day":"sunday","from":"22:00","to":"06:30"}]}
                """#
            let set = try await served.send(Sending(.post, "/notifications/preferences", body), token: ann)
            #expect(set.status == 200)
            // Servers record this and that of their own meanwhile.
            let events = try await served.system.store.reader.events(from: 0, limit: 1_000)
            let position = try #require(
                events.last { $0.type.rawValue == "notifications.preferences-set" }?.position
            )
            let mute = Sending(.post, "/notifications/mute", #"{"durationMinutes":60}"#)
            #expect(try await served.send(mute, token: ann).json?["mutedUntil"]?.string != nil)
            let now = try await served.send(Sending(.get, "/notifications/preferences"), token: ann)
            #expect(now.json?["mutedUntil"] != nil)
            #expect(now.json?["email"]?.bool == false)
            #expect(now.json?["quietHours"]?.array?.first?["to"]?.string == "06:30")
            #expect(now.json?["categories"]?.array?.count == 1)
            let then = try await served.send(
                Sending(.get, "/notifications/preferences?asOf=\(position)"),
                token: ann
            )
            #expect(then.json?["digest"]?.string == "daily")
            #expect(then.json?["mutedUntil"] == nil)
            let before = try await served.send(
                Sending(.get, "/notifications/preferences?asOf=\(position - 1)"),
                token: ann
            )
            #expect(before.json?["email"]?.bool == true)
        }
    }

    @Test func whoSendsForABranchReachesItsPeopleAlone() async throws {
        try await Self.open { served, _, _, _ in
            let north = try await served.token(of: "north-sender")
            try await served.grant(["notifications:send"], to: "north-sender", in: "north", role: "north-sender")
            // Without a branch it would be on behalf of the institution.
            #expect(try await Self.send(served, north).status == 403)
            let body = #"{"userId":"ann","branchId":"north","title":"T","message":""}"#
            #expect(try await Self.send(served, north, body).problem == "unknown-recipient")
            try await served.grant(["rbac.permissions:read"], to: "ann", in: "north", role: "north-role")
            let sent = try await Self.send(served, north, body)
            #expect(sent.status == 201)
            // Who sent it sees what became of it.
            let id = try #require(sent.json?["notificationId"]?.string)
            let isDecided = try await eventually {
                let status = try await served.send(Sending(.get, "/notifications/\(id)/deliveries"), token: north)
                return status.json?["undecidedParts"]?.int64 == 0
            }
            #expect(isDecided)
            let recipients = try await served.send(
                Sending(.get, "/notifications/\(id)/deliveries/recipients"),
                token: north
            )
            #expect(recipients.items.map { $0["state"]?.string } == ["delivered"])
        }
    }

    @Test func aPageOfDeliveriesHoldsWholeRecipientsHoweverSmallItIs() async throws {
        // Whoever has no address is suppressed by that way: each of them stands on two, and no mail goes out.
        let mail = ["DAYBOOK_SMTP_URL": "smtp://127.0.0.1:9", "DAYBOOK_MAIL_FROM": "office@school.example"]
        try await Served.open(with: mail) { served in
            let sender = try await served.token(of: "sender")
            try await served.grant(["notifications:send"], to: "sender", in: "institution", role: "sender")
            for user in ["ann", "ben", "cem"] { _ = try await served.token(of: user) }
            let body = #"{"userIds":["ann","ben","cem"],"title":"T","message":""}"#
            let id = try #require(try await Self.send(served, sender, body).json?["notificationId"]?.string)
            let isDecided = try await eventually {
                let status = try await served.send(Sending(.get, "/notifications/\(id)/deliveries"), token: sender)
                return status.json?["undecidedParts"]?.int64 == 0
            }
            #expect(isDecided)
            for limit in 1...3 {
                var pages: [[String]] = []
                var cursor: String?
                repeat {
                    let more = cursor.map { "&cursor=\($0)" } ?? ""
                    let page = try await served.send(
                        Sending(.get, "/notifications/\(id)/deliveries/recipients?limit=\(limit)\(more)"),
                        token: sender
                    )
                    pages.append(page.items.compactMap { $0["userId"]?.string })
                    cursor = page.json?["next"]?.string
                } while cursor != nil && pages.count < 10
                let users = ["ann", "ben", "cem"].map { [$0, $0] }
                let expected = stride(from: 0, to: 3, by: limit).map { first in
                    Array(users[first..<min(first + limit, 3)].joined())
                }
                #expect(pages == expected)
            }
        }
    }

    @Test func anAdministratorSeesTheRulesAndSwitchesThem() async throws {
        try await Self.open { served, _, ann, _ in
            let admin = try await served.token(of: FirstStart.administrator)
            #expect(try await served.send(Sending(.get, "/notifications/rules"), token: ann).status == 403)
            let off = Sending(.put, "/notifications/rules/grade-recorded", #"{"isOn":false}"#)
            #expect(try await served.send(off, token: admin).status == 200)
            let rules = try await served.send(Sending(.get, "/notifications/rules"), token: admin)
            let rule = rules.items.first { $0["ruleId"]?.string == "grade-recorded" }
            #expect(rule?["isOn"]?.bool == false)
            #expect(rule?["isOriginal"]?.bool == false)
            let bad = Sending(
                .put,
                "/notifications/rules/grade-recorded",
                #"{"templates":[{"locale":"en","title":"{{#x}}","text":""}]}"#
            )
            #expect(try await served.send(bad, token: admin).status == 422)
            #expect(
                try await served.send(Sending(.put, "/notifications/rules/no-such-rule", "{}"), token: admin).status
                    == 400
            )
        }
    }

    @Test func theAddressOfADeviceIsShownToNobody() async throws {
        try await Self.open { served, _, ann, _ in
            let secret = "very-secret-device-token"
            let body = #"{"deviceType":"android","deviceName":"Phone","deviceToken":"\#(secret)"}"#
            let made = try await served.send(Sending(.post, "/notifications/devices", body), token: ann)
            #expect(made.status == 201)
            let list = try await served.send(Sending(.get, "/notifications/devices"), token: ann)
            #expect(list.items.count == 1)
            #expect(!list.everything.contains(secret) && !made.everything.contains(secret))
            let web = #"{"deviceType":"web","deviceToken":"not a subscription"}"#
            #expect(try await served.send(Sending(.post, "/notifications/devices", web), token: ann).status == 422)
            let admin = try await served.token(of: FirstStart.administrator)
            let export = try await served.send(Sending(.get, "/log/events?limit=500"), token: admin)
            #expect(!export.text.contains(secret))
        }
    }

    @Test func whatPassesPreferencesByTakesAPermissionOfItsOwn() async throws {
        try await Self.open { served, sender, ann, _ in
            func body(_ more: String) -> String { #"{"userId":"ann","title":"T","message":"M"\#(more)}"# }
            for (more, permission) in [
                (#","category":"security""#, "security-notifications:send"),
                (#","priority":"urgent""#, "urgent-notifications:send"),
            ] {
                let refused = try await Self.send(served, sender, body(more))
                #expect(refused.status == 403 && refused.text.contains(permission), "\(refused)")
                let broadcast = #"{"branchId":"institution","title":"T","message":"M"\#(more)}"#
                #expect(
                    try await served.send(Sending(.post, "/notifications/broadcast", broadcast), token: sender).status
                        == 403
                )
            }
            #expect(try await served.send(Sending(.get, "/notifications"), token: ann).items.isEmpty)
            try await served.grant(["urgent-notifications:send"], to: "sender", in: "institution", role: "urgent")
            #expect(try await Self.send(served, sender, body(#","priority":"urgent""#)).status == 201)
            #expect(try await Self.send(served, sender, body(#","category":"security""#)).status == 403)

            // A rule is no way round it.
            let keeper = try await served.token(of: "keeper")
            try await served.grant(["notifications.rules:set"], to: "keeper", in: "institution", role: "keeper")
            func set(_ text: String) async throws -> Int {
                try await served.send(Sending(.put, "/notifications/rules/fee-charged", text), token: keeper).status
            }
            #expect(try await set(#"{"priority":"urgent"}"#) == 403)
            #expect(try await set(#"{"category":"security"}"#) == 403)
            #expect(try await set(#"{"priority":"high"}"#) == 200)
        }
    }

    @Test func aSenderWhoMaySendNoMoreSeesTheRecipientsNoMore() async throws {
        try await Self.open { served, _, _, _ in
            let north = try await served.token(of: "north-sender")
            try await served.grant(["notifications:send"], to: "north-sender", in: "north", role: "north-sender")
            try await served.grant(["rbac.permissions:read"], to: "ann", in: "north", role: "north-role")
            let body = #"{"userId":"ann","branchId":"north","title":"T","message":""}"#
            let id = try #require(try await Self.send(served, north, body).json?["notificationId"]?.string)
            let paths = ["/notifications/\(id)/deliveries", "/notifications/\(id)/deliveries/recipients"]
            for path in paths { #expect(try await served.send(Sending(.get, path), token: north).status == 200) }
            _ = try await served.system.access.removeRoleFromUser(
                RemoveRole(userID: "north-sender", roleID: "north-sender", branch: "north"),
                Served.admin
            )
            for path in paths { #expect(try await served.send(Sending(.get, path), token: north).status == 404) }
        }
    }

    @Test func aDeviceIsTiedToTheTokenThatRegisteredIt() async throws {
        try await InboxDesk.open { desk in
            let other = try await desk.anotherToken(of: "ann")
            let body = #"{"deviceType":"android","deviceToken":"phone"}"#
            let made = try await desk.served.send(Sending(.post, "/notifications/devices", body), token: desk.ann)
            #expect(made.status == 201)
            func devices() async throws -> Int {
                try await desk.served.send(Sending(.get, "/notifications/devices"), token: other).items.count
            }
            #expect(try await devices() == 1)
            try await desk.revoke(desk.ann)
            #expect(try await devices() == 0)
        }
    }

    @Test func aForgedMarkIsADeniedAttemptAndOneOfWhatIsNotThereIsNot() async throws {
        try await InboxDesk.open { desk in
            let id = try await desk.send("T")
            func denials() async throws -> Int {
                try await desk.served.system.access.decisions.settle()
                return try await desk.served.system.store.reader.events(from: 0, limit: 2_000)
                    .filter { $0.type.rawValue == "rbac.decisions-recorded" }
                    .reduce(0) { count, event in
                        let text = event.data.map { String(decoding: $0, as: UTF8.self) } ?? ""
                        return count + text.components(separatedBy: "notifications.inboxes:manage").count - 1
                    }
            }
            let before = try await denials()
            func mark(_ id: String) async throws -> Int {
                try await desk.served.send(Sending(.post, "/notifications/\(id)/read"), token: desk.ben).status
            }
            #expect(try await mark("no-such-notification") == 404)
            #expect(try await denials() == before)
            #expect(try await mark(id) == 404)
            #expect(try await denials() == before + 1)
        }
    }
}
