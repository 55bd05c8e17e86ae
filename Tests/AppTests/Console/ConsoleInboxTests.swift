import Access
import Console
import Events
import Foundation
import HTTPTypes
import Notifications
import Testing

@testable import HTTPAPI

/// The inbox of the console: whose it is, and what its forms do.
@Suite struct ConsoleInboxTests {
    private static func signedIn(_ desk: InboxDesk, _ token: String) async throws -> ConsoleDesk {
        try await ConsoleDesk.signedIn(desk.served, token)
    }

    private static func unread(_ desk: InboxDesk, _ user: String = "ann") async throws -> Int64 {
        try await desk.served.system.notifications.getUnreadCount(user).value.values.reduce(0, +)
    }

    private static func badge(_ page: Answer) -> String? {
        page.text.firstMatch(of: /id="unread"><b>([^<]*)</).map { String($0.1) }
    }

    @Test func anInboxIsOfWhoeverIsSignedInAndIsMarkedByForms() async throws {
        try await InboxDesk.open { desk in
            let (ann, ben) = (try await Self.signedIn(desk, desk.ann), try await Self.signedIn(desk, desk.ben))
            let id = try await desk.send("Fee due", message: "By Friday.")
            try await desk.send("Another")
            try await desk.served.settle()
            let page = try await ann.get("/console/inbox")
            #expect(page.text.contains("Fee due") && page.text.contains("By Friday."))
            #expect(Self.badge(page) == "2")
            let other = try await ben.get("/console/inbox")
            #expect(!other.text.contains("Fee due") && Self.badge(other) == nil)
            // What is somebody else's is not there, whoever asks by its id, and nothing is changed.
            let form = try await ben.formToken("/console/inbox")
            for change in ["read", "archived", "deleted"] {
                let answer = try await ben.post("/console/inbox/mark", ["form": form, "id": id, "change": change])
                #expect(answer.status == 404, "\(answer)")
            }
            #expect(try await Self.unread(desk) == 2)
            for (change, unread, left, shown) in [
                ("read", 1, "read", true), ("unread", 2, "unread", true), ("archived", 1, "archived", true),
                ("unarchived", 2, "inbox", true), ("deleted", 1, "inbox", false),
            ] {
                let token = try await ann.formToken("/console/inbox")
                let answer = try await ann.post("/console/inbox/mark", ["form": token, "id": id, "change": change])
                #expect(answer.status == 303 && answer.headers[.location] == "/console/inbox", "\(answer)")
                #expect(try await Self.unread(desk) == unread, "\(change)")
                #expect(
                    try await ann.get("/console/inbox?state=\(left)").text.contains("Fee due") == shown,
                    "\(change)"
                )
            }
            let all = try await ann.post(
                "/console/inbox/read-all",
                [
                    "form": try await ann.formToken("/console/inbox"), "state": "unread",
                ]
            )
            #expect(all.headers[.location] == "/console/inbox?state=unread")
            #expect(try await Self.unread(desk) == 0)
            #expect(try await Self.badge(ann.get("/console/inbox")) == nil)
            let control = try await ann.post(
                "/console/inbox/mark",
                ["form": try await ann.formToken("/console/inbox"), "id": "a\u{0}b", "change": "read"]
            )
            #expect(control.status == 422 && control.text.contains("not a form"), "\(control)")
            for id in ["", "a\nb", String(repeating: "a", count: 201)] {
                let token = try await ann.formToken("/console/inbox")
                for (path, fields) in [("mark", ["change": "read"]), ("devices/remove", [:])] {
                    let fields = fields.merging(["form": token, "id": id]) { $1 }
                    let answer = try await ann.post("/console/inbox/\(path)", fields)
                    #expect(answer.status == 400, "\(path) \(id): \(answer)")
                }
            }
            let nonsense = try await ann.post(
                "/console/inbox/mark",
                [
                    "form": try await ann.formToken("/console/inbox"), "id": id, "change": "burnt",
                ]
            )
            #expect(nonsense.status == 400)
        }
    }

    @Test func noFormWithoutItsTokenChangesAnything() async throws {
        try await InboxDesk.open { desk in
            let (ann, ben) = (try await Self.signedIn(desk, desk.ann), try await Self.signedIn(desk, desk.ben))
            let id = try await desk.send("Fee due")
            try await desk.served.settle()
            let own = try await ann.formToken("/console/inbox")
            let before = try await StateOfThings.rows(desk.served.url)
            for (path, fields) in [
                ("mark", ["id": id, "change": "read"]), ("read-all", [:]), ("preferences", ["timeZone": "UTC"]),
                ("mute", ["minutes": "60"]), ("unmute", [:]), ("devices", ["subscription": "{}"]),
                ("devices/remove", ["id": "x"]),
            ] {
                for form in ["", try await ben.formToken("/console/inbox"), own + "A"] {
                    let answer = try await ann.post("/console/inbox/\(path)", fields.merging(["form": form]) { $1 })
                    #expect(answer.status == 403, "\(path): \(answer)")
                }
                for origin in [nil, "http://evil.example", "null"] {
                    let answer = try await ann.post(
                        "/console/inbox/\(path)",
                        fields.merging(["form": own]) { $1 },
                        origin: origin
                    )
                    #expect(answer.status == 403, "\(path) from \(origin ?? "nowhere"): \(answer)")
                }
            }
            #expect(try await StateOfThings.rows(desk.served.url) == before)
        }
    }

    @Test func olderOnesFollowAndAnInboxNarrowsDown() async throws {
        try await InboxDesk.open { desk in
            let ann = try await Self.signedIn(desk, desk.ann)
            for number in 0..<53 { try await desk.send("Number \(number).") }
            try await desk.served.settle()
            let first = try await ann.get("/console/inbox")
            #expect(first.text.matches(of: /class="note unread"/).count == 50)
            let next = try #require(first.text.firstMatch(of: /<a href="([^"]+)" rel="next"/)).1
            let second = try await ann.get(String(next).replacing("&amp;", with: "&"))
            #expect(second.text.matches(of: /class="note unread"/).count == 3 && second.text.contains("Number 0."))
            #expect(!second.text.contains("rel=\"next\""))
            #expect(try await ann.get("/console/inbox?category=fee").text.contains("Nothing here."))
            #expect(try await ann.get("/console/inbox?state=read").text.contains("Nothing here."))
            for bad in ["state=burnt", "category=x", "before=-1", "userId=ben"] {
                #expect(try await ann.get("/console/inbox?\(bad)").status == 400, "\(bad)")
            }
        }
    }

    @Test func storedMarkupStaysTextAndLeadsNowhereUnsafe() async throws {
        try await InboxDesk.open { desk in
            let ann = try await Self.signedIn(desk, desk.ann)
            let markup = ["<script>alert(1)</script>", "' autofocus onfocus='alert(1)", "{{title}}{{{text}}}"]
            for markup in markup { try await desk.send(markup, message: markup) }
            try await desk.served.settle()
            let page = try await ann.get("/console/inbox").text
            #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && page.contains("{{title}}{{{text}}}"))
            #expect(!page.contains("<script>alert") && !page.contains("' autofocus"))
        }
    }

    @Test func whatCanBeDoneAndAPictureAreLinksByTheirNames() async throws {
        try await InboxDesk.open { desk in
            let ann = try await Self.signedIn(desk, desk.ann)
            let body = """
                {"userId":"ann","title":"Fee","message":"","image":"https://books.example/a.png?x=1&y=2","actions":[\
                {"actionId":"pay","title":"Pay <now>","link":"/pay?a=1&b=2"},{"actionId":"snooze","title":"Later"}]}
                """
            #expect(
                try await desk.served.send(Sending(.post, "/notifications/send", body), token: desk.sender).status
                    == 201
            )
            try await desk.served.settle()
            let page = try await ann.get("/console/inbox").text
            #expect(
                page.contains("<a href=\"/pay?a=1&amp;b=2\" rel=\"noreferrer noopener\"><bdi>Pay &lt;now&gt;</bdi></a>")
            )
            // Fetched only by whoever follows it.
            #expect(
                page.contains(
                    "<a href=\"https://books.example/a.png?x=1&amp;y=2\" rel=\"noreferrer noopener\">Picture</a>"
                )
            )
            #expect(!page.contains("<img") && !page.contains("Later"))
        }
    }

    @Test func preferencesAreSetByAFormAndComeBackAsTheyWereSet() async throws {
        try await InboxDesk.open { desk in
            let ann = try await Self.signedIn(desk, desk.ann)
            let service = desk.served.system.notifications
            let untouched = try await ann.get("/console/inbox/preferences").text
            #expect(untouched.contains("name=\"*.email\" checked") && !untouched.contains("name=\"*.webhook\" checked"))
            #expect(untouched.contains("Pushes to browsers are not set up"))
            let form = try await ann.formToken("/console/inbox/preferences")
            var fields = [
                "form": form, "*.in-app": "on", "*.email": "on", "fee.email": "on", "fee.push": "on",
                "day-0": "every-day", "from-0": "22:00", "to-0": "07:00", "day-1": "sunday", "from-1": "10:00",
                "to-1": "12:30", "timeZone": "Europe/Berlin", "locale": "de-CH", "digest": "daily",
            ]
            #expect(try await ann.post("/console/inbox/preferences", fields).status == 303)
            let wanted = try await service.getNotificationPreferences("ann").value
            #expect(wanted.inApp && wanted.email && !wanted.push && !wanted.webhook)
            #expect(wanted.wants(.fee, by: .push) && wanted.wants(.fee, by: .email) && !wanted.wants(.fee, by: .inApp))
            #expect(!wanted.wants(.grade, by: .email) && wanted.wants(.security, by: .push))
            #expect(wanted.quietHours.count == 8 && wanted.quietHours.contains(.init(day: 6, from: 600, to: 750)))
            #expect(wanted.timeZone == "Europe/Berlin" && wanted.locale == "de-CH" && wanted.digest == .daily)
            // Sent again as it is shown it means the same.
            let page = try await ann.get("/console/inbox/preferences").text
            #expect(page.contains("value=\"every-day\" selected") && page.contains("value=\"22:00\""))
            fields = ["form": form]
            for match in page.matches(of: /<input type="checkbox" name="([^"]+)" checked aria/) {
                fields[String(match.1)] = "on"
            }
            for match in page.matches(of: /<input [^>]*name="([^"]+)"[^>]* value="([^"]*)"/) where match.1 != "form" {
                fields[String(match.1)] = String(match.2)
            }
            for match in page.matches(of: /<select id="([a-zA-Z0-9-]+)"[^>]*>\n((?:<option.*\n)*)/) {
                let chosen = match.2.firstMatch(of: /value="([^"]*)" selected/)
                if match.1 != "minutes" { fields[String(match.1)] = chosen.map { String($0.1) } ?? "" }
            }
            fields = fields.filter { !["id", "subscription", "name", "browser", "next"].contains($0.key) }
            let again = try await ann.post("/console/inbox/preferences", fields)
            #expect(again.status == 303, "\(again) \(fields)")
            #expect(try await service.getNotificationPreferences("ann").value == wanted)
            // What cannot be is said, and what was filled in stays.
            for (name, value) in [("timeZone", "Europe/Atlantis"), ("to-0", "22:00"), ("locale", "no such<language")] {
                let refused = try await ann.post("/console/inbox/preferences", fields.merging([name: value]) { $1 })
                #expect(refused.status == 422 && refused.text.contains("role=\"alert\""), "\(name): \(refused)")
                #expect(refused.text.contains("value=\"10:00\""), "\(name)")
            }
            #expect(try await service.getNotificationPreferences("ann").value == wanted)
        }
    }

    @Test func nothingDisturbsForAWhileUntilThatIsEnded() async throws {
        try await InboxDesk.open { desk in
            let ann = try await Self.signedIn(desk, desk.ann)
            let form = try await ann.formToken("/console/inbox/preferences")
            let muted = {
                try await desk.served.system.notifications.getNotificationPreferences("ann").value.mutedUntil
            }
            #expect(try await ann.post("/console/inbox/mute", ["form": form, "minutes": "60"]).status == 303)
            #expect(try await muted() != nil)
            #expect(try await ann.get("/console/inbox/preferences").text.contains("Muted until"))
            #expect(try await ann.post("/console/inbox/unmute", ["form": form]).status == 303)
            #expect(try await muted() == nil)
            for minutes in ["0", "-5", "a", "99999999"] {
                let answer = try await ann.post("/console/inbox/mute", ["form": form, "minutes": minutes])
                #expect(answer.status == 400, "\(minutes)")
            }
        }
    }

    @Test func aBrowserIsRegisteredAndRemovedByItsOwnerAlone() async throws {
        try await Served.open(with: ["DAYBOOK_PUSH_CONTACT": "mailto:office@school.example"]) { served in
            let token = try await served.token(of: "ann")
            let ann = try await ConsoleDesk.signedIn(served, token)
            let ben = try await ConsoleDesk.signedIn(served, try await served.token(of: "ben"))
            let page = try await ann.get("/console/inbox/preferences").text
            let key = try #require(page.firstMatch(of: /data-key="([^"]+)"/)).1
            #expect(try served.system.notifications.pushKey() == String(key))
            let form = try await ann.formToken("/console/inbox/preferences")
            let publicKey = "B" + String(repeating: "A", count: 86)
            let subscription = """
                {"endpoint":"https://push.example/1","keys":{"p256dh":"\(publicKey)","auth":"AAAAAAAAAAAAAAAAAAAAAA"}}
                """
            func register(_ subscription: String) async throws -> Answer {
                try await ann.post(
                    "/console/inbox/devices",
                    [
                        "form": form, "name": "<b>Laptop</b>", "subscription": subscription,
                    ]
                )
            }
            #expect(try await register("{}").status == 422)
            let long = subscription.replacing("/1", with: "/" + String(repeating: "1", count: 4_000))
            for bad in ["", long] { #expect(try await register(bad).status == 400) }
            #expect(try await register(subscription + "\u{0}").text.contains("not a form"))
            #expect(try await register(subscription.replacing("https:", with: "http:")).status == 422)
            let registered = try await register(subscription)
            #expect(registered.status == 303, "\(registered)")
            let listed = try await ann.get("/console/inbox/preferences").text
            #expect(listed.contains("&lt;b&gt;Laptop&lt;/b&gt;"))
            let device = try #require(try await served.system.notifications.devices(of: "ann").first)
            let remove = ["form": try await ben.formToken("/console/inbox"), "id": device.id]
            #expect(try await ben.post("/console/inbox/devices/remove", remove).status == 404)
            #expect(try await served.system.notifications.devices(of: "ann").count == 1)
            #expect(try await ann.post("/console/inbox/devices/remove", ["form": form, "id": device.id]).status == 303)
            #expect(try await served.system.notifications.devices(of: "ann").isEmpty)
            // It ends when somebody signs out at it: nobody else's does, and none that is elsewhere.
            _ = try await register(subscription)
            let leave = { (desk: ConsoleDesk, browser: String) in
                ["form": try await desk.formToken("/console/inbox"), "browser": browser]
            }
            let own = "https://push.example/1"
            #expect(try await ben.post("/console/sign-out", try await leave(ben, own)).status == 303)
            let second = try await ConsoleDesk.signedIn(served, token)
            let other = try await leave(second, "https://push.example/2")
            #expect(try await second.post("/console/sign-out", other).status == 303)
            #expect(try await served.system.notifications.devices(of: "ann").count == 1)
            let third = try await ConsoleDesk.signedIn(served, token)
            #expect(try await third.post("/console/sign-out", try await leave(third, own)).status == 303)
            #expect(try await served.system.notifications.devices(of: "ann").isEmpty)
            // It ends with the token that the session rests on.
            _ = try await register(subscription)
            _ = try await served.system.tokens.revoke(
                try #require(APIToken(token)).id,
                CommandContext(actor: .operator)
            )
            #expect(try await served.system.notifications.devices(of: "ann").isEmpty)
        }
    }

    @Test func onlyWhatAReaderMayOpenIsInTheNavigation() async throws {
        try await Served.open { served in
            func places(_ user: String) async throws -> [String] {
                let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: user))
                let page = try await desk.get("/console/inbox").text
                let navigation = try #require(page.firstMatch(of: /<nav aria-label="Pages">((?:.|\n)*?)<\/nav>/)).1
                let paths = navigation.matches(of: /href="([^"]+)"/).map { String($0.1) }
                // Each of them opens, and the first is where one begins.
                for path in paths { #expect(try await desk.get(path).status == 200, "\(user): \(path)") }
                #expect(try await desk.get("/console").headers[.location] == paths.first, "\(user)")
                return paths
            }
            try await served.grant(["logs.health:read"], to: "watcher", in: "institution", role: "watcher")
            try await served.settle()
            let all = try await places(FirstStart.administrator)
            #expect(
                Set(["/console/history", "/console/inbox", "/console/exports", "/console/backups", "/console/system"])
                    .isSubset(of: all)
            )
            #expect(try await places("nobody") == ["/console/inbox"])
            #expect(try await places("watcher") == ["/console/inbox", "/console/system"])
        }
    }
}
