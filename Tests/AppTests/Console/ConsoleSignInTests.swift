import Access
import App
import EventStore
import Events
import HTTPTypes
import TestSupport
import Testing
import Time

@testable import Console
@testable import HTTPAPI

/// Who is let in, for how long, and by whose form.
@Suite struct ConsoleSignInTests {
    private static func open(
        with environment: [String: String] = [:],
        _ body: @escaping @Sendable (Served, String) async throws -> Void
    ) async throws {
        try await Served.open(with: environment) { served in
            try await body(served, try await served.token(of: FirstStart.administrator))
        }
    }

    /// Whether a visitor is let in.
    private static func isIn(_ desk: ConsoleDesk) async throws -> Bool {
        let answer = try await desk.get("/console/history")
        #expect([200, 303].contains(answer.status), "\(answer)")
        if answer.status == 303 { #expect(answer.headers[.location]?.hasPrefix("/console/sign-in") == true) }
        return answer.status == 200
    }

    @Test func aTokenSignsInAndTheCookieIsOutOfReachOfScriptsAndOtherSites() async throws {
        try await Self.open { served, token in
            let desk = ConsoleDesk(served)
            #expect(try await !Self.isIn(desk))
            let answer = try await desk.signIn(token)
            #expect(answer.status == 303 && answer.headers[.location] == "/console")
            let cookie = try #require(answer.headers[values: .setCookie].first { $0.hasPrefix("daybook-session=") })
            let attributes = Set(cookie.split(separator: ";").dropFirst().map { $0.drop { $0 == " " } })
            #expect(attributes == ["Path=/", "HttpOnly", "SameSite=Strict"])
            #expect(try await Self.isIn(desk))
            let last = try await served.system.store.reader.eventsBackwards(types: [Identity.SessionStarted.type])
            let started = try #require(try last.first?.decode(Identity.SessionStarted.self))
            #expect(started.userID == FirstStart.administrator && started.tokenID == APIToken(token)?.id)
            // Neither what signs in nor what the session rests on is anywhere in the log.
            let everything = try await Psql.run(
                "select coalesce(string_agg(concat(data, personal), ''), '') from log.events",
                on: served.url
            )
            #expect(!everything.contains(token.suffix(43)) && !everything.contains(cookie.dropFirst(20).prefix(40)))
        }
    }

    @Test func wherePeopleComeByHttpsTheCookieIsForThisHostAlone() async throws {
        try await Self.open(with: ["DAYBOOK_PUBLIC_URL": "https://daybook.example"]) { served, token in
            let desk = try await ConsoleDesk.signedIn(served, token)
            #expect(desk.cookies.keys.contains("__Host-daybook-session"))
            let fields = try await ConsoleDesk(served).get("/console/sign-in").headers[values: .setCookie]
            #expect(fields.allSatisfy { $0.hasPrefix("__Host-") && $0.hasSuffix("; Secure") } && !fields.isEmpty)
        }
    }

    @Test func aFormThatAnotherPageSentDoesNothing() async throws {
        try await Self.open { served, token in
            let stranger = ConsoleDesk(served)
            for origin in ["http://evil.example", "null", nil] {
                #expect(try await stranger.signIn(token, origin: origin).status == 403, "\(origin ?? "none")")
            }
            let form = try await stranger.formToken("/console/sign-in")
            stranger.cookies = [:]
            #expect(try await stranger.post("/console/sign-in", ["token": token, "form": form]).status == 403)

            let desk = try await ConsoleDesk.signedIn(served, token)
            let own = try await desk.formToken("/console/history")
            #expect(try await desk.post("/console/sign-out", ["form": ""]).status == 403)
            #expect(try await desk.post("/console/sign-out", ["form": form]).status == 403)
            #expect(
                try await desk.post("/console/sign-out", ["form": own], origin: "http://evil.example").status == 403
            )
            #expect(try await Self.isIn(desk))
            // As browsers send forms of pages that let no referrer out.
            var sending = Sending(.post, "/console/sign-out", "form=\(own)")
            sending.type = "application/x-www-form-urlencoded"
            sending.headers = [
                "Origin": "null", "Sec-Fetch-Site": "same-origin",
                "Cookie": "daybook-session=\(desk.cookies["daybook-session"] ?? "")",
            ]
            #expect(try await served.send(sending, token: nil).status == 303)
            #expect(try await !Self.isIn(desk))
        }
    }

    @Test func aLinkOnAnotherSiteSignsNobodyOutAndLeadsToItsPage() async throws {
        try await Self.open { served, token in
            let desk = try await ConsoleDesk.signedIn(served, token)
            let other = ["Sec-Fetch-Site": "cross-site"]
            let path = "/console/history?text=a&type=rbac.role-assigned"
            // Browsers leave the cookie behind then, and forget it if they are told to.
            let visitor = ConsoleDesk(served)
            let led = try await visitor.get(path, headers: other)
            #expect(led.status == 200 && led.headers[values: .setCookie].isEmpty, "\(led)")
            let next = try #require(led.text.firstMatch(of: /http-equiv="refresh" content="0;url=([^"]+)"/)).1
            #expect(String(next).replacing("&amp;", with: "&") == path)
            #expect(try await desk.get(path, headers: ["Sec-Fetch-Site": "same-origin"]).status == 200)
            // Whoever has no cookie signs in, and goes round no more.
            let nobody = try await visitor.get(path, headers: ["Sec-Fetch-Site": "same-origin"])
            #expect(nobody.status == 303 && nobody.headers[.location]?.hasPrefix("/console/sign-in?next=") == true)
            #expect(nobody.headers[values: .setCookie].isEmpty)
            // One that is over is cleared wherever it comes from, and nobody is led to what is no page of the console.
            let over = ConsoleDesk(served)
            over.cookies = ["daybook-session": "2.AAAA"]
            #expect(try await over.get(path, headers: other).status == 303)
            #expect(over.cookies.isEmpty)
            let start = try await visitor.get("/console", headers: other)
            #expect(start.status == 200 && start.text.contains("content=\"0;url=/console\""), "\(start)")
        }
    }

    @Test func whoSignsOutIsOutWhereverTheCookieHasGot() async throws {
        try await Self.open { served, token in
            let desk = try await ConsoleDesk.signedIn(served, token)
            let thief = ConsoleDesk(served)
            thief.cookies = desk.cookies
            #expect(try await Self.isIn(thief))
            let form = try await desk.formToken("/console/history")
            #expect(try await desk.post("/console/sign-out", ["form": form]).status == 303)
            #expect(try await !Self.isIn(thief))
            let ended = try await served.system.store.reader.eventsBackwards(types: [Identity.SessionEnded.type])
            #expect(ended.count == 1)
        }
    }

    @Test func aSessionEndsWithItsToken() async throws {
        try await Self.open { served, token in
            let desk = try await ConsoleDesk.signedIn(served, token)
            let id = try #require(APIToken(token)).id
            _ = try await served.system.tokens.revoke(id, CommandContext(actor: .operator))
            #expect(try await !Self.isIn(desk))
        }
    }

    @Test func aSessionEndsWhenNothingWasAskedForTooLongAndAfterTwelveHours() async throws {
        try await Self.open { served, token in
            let desk = try await ConsoleDesk.signedIn(served, token)
            let seal = SessionSeal(keys: served.system.store.keys)
            let session = try #require(desk.cookies["daybook-session"].flatMap { seal.open($0) })
            func isIn(_ change: (inout ConsoleSession) -> Void) async throws -> Bool {
                var other = session
                change(&other)
                desk.cookies = ["daybook-session": try seal.close(other)]
                return try await Self.isIn(desk)
            }
            #expect(try await isIn { $0.seenAt = $0.seenAt - .seconds(29 * 60) })
            // It was given a new cookie then.
            #expect(
                desk.cookies["daybook-session"].flatMap { seal.open($0) }.map { $0.seenAt >= session.seenAt } == true
            )
            #expect(try await !isIn { $0.seenAt = $0.seenAt - .seconds(30 * 60) })
            #expect(try await isIn { $0.startedAt = $0.startedAt - .seconds(11 * 3_600) })
            #expect(try await !isIn { $0.startedAt = $0.startedAt - .seconds(12 * 3_600) })
            // Sealed by us, but not as it was begun.
            #expect(try await !isIn { $0.secret[0] ^= 1 })
            #expect(try await !isIn { $0.id += "0" })
            #expect(try await isIn { _ in })
        }
    }

    @Test func whatTheServerDidNotSealIsNoSession() async throws {
        try await Self.open { served, token in
            let desk = try await ConsoleDesk.signedIn(served, token)
            let good = try #require(desk.cookies["daybook-session"])
            var last = Array(good)
            last[last.count - 3] = last[last.count - 3] == "A" ? "B" : "A"
            for bad in ["", "2.", "2.AAAA", String(last), token, String(good.dropLast())] {
                desk.cookies = ["daybook-session": bad]
                #expect(try await !Self.isIn(desk), "\(bad)")
            }
            // A token is no cookie, and a cookie no token.
            #expect(try await served.send(Sending(.get, "/console/history"), token: token).status == 303)
            #expect(try await served.send(Sending(.get, "/audit/events"), token: good).status == 401)
        }
    }

    @Test func failuresCountAsElsewhereAndTellNothing() async throws {
        try await Self.open(with: ["DAYBOOK_RATE_LIMITS": "on"]) { served, token in
            let desk = ConsoleDesk(served)
            let wrong = String(token.dropLast(4)) + "AAAA"
            var statuses: Set<Int> = []
            for _ in 0..<200 where !statuses.contains(429) {
                let form = try await desk.formTokenIfShown() ?? ""
                let answer = try await desk.post("/console/sign-in", ["token": wrong, "form": form])
                #expect(!answer.text.contains(wrong))
                if answer.status == 401 { #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer ") == true) }
                statuses.insert(answer.status)
            }
            #expect(statuses == [401, 429])
        }
    }

    @Test func nobodyIsLedElsewhereAfterSigningIn() async throws {
        try await Self.open { served, token in
            for (next, place) in [
                ("/console/system", "/console/system"), ("/console/history/3", "/console/history/3"),
                ("//evil.example", "/console"), ("https://evil.example/", "/console"),
                ("/console/history\\@evil.example", "/console"), ("javascript:alert(1)", "/console"),
                ("/console/history\r\nSet-Cookie: a=b", "/console"), ("/console/inbox", "/console/inbox"),
            ] {
                let answer = try await ConsoleDesk(served).signIn(token, next: next)
                #expect(answer.headers[.location] == place, "\(next)")
            }
            let led = try await ConsoleDesk(served).get("/console/history/7")
            #expect(led.headers[.location] == "/console/sign-in?next=%2Fconsole%2Fhistory%2F7")
        }
    }
}

extension ConsoleDesk {
    /// The token of the form for signing in; nil where too much was asked.
    fileprivate func formTokenIfShown() async throws -> String? {
        let page = try await get("/console/sign-in").text
        return page.firstMatch(of: /name="form" value="([^"]+)"/).map { String($0.1) }
    }
}
