import Access
import Foundation
import HTTPTypes
import JSON
import Testing
import Time

@testable import Console
@testable import HTTPAPI

/// The socket of the console, which the cookie of a session opens: for pages of this server alone, as long as it lasts.
@Suite struct ConsoleLiveTests {
    private static func cookie(_ desk: ConsoleDesk) throws -> String {
        "daybook-session=\(try #require(desk.cookies["daybook-session"]))"
    }

    private static func connect(
        _ served: Served,
        _ cookie: String,
        origin: String? = nil,
        token: String? = nil
    ) throws -> Conversation {
        let base = "127.0.0.1:\(served.port)"
        let (address, origin) = ("ws://\(base)/console/live", origin ?? "http://\(base)")
        guard let token else { return try Conversation(python: "live.py", address, cookie, origin) }
        return try Conversation(python: "live.py", address, cookie, origin, token)
    }

    @Test func aSessionHearsOfItsOwnInboxAndMarksOnIt() async throws {
        try await InboxDesk.open { desk in
            let ann = try await ConsoleDesk.signedIn(desk.served, desk.ann)
            let socket = try Self.connect(desk.served, try Self.cookie(ann))
            try await socket.until(line: "open")
            try socket.say(#"{"type":"follow"}"#)
            try await socket.message { $0["unread"]?.int64 == 0 }
            try await desk.send("for ben", to: "ben")
            let id = try await desk.send("for ann")
            try await socket.message { $0["unread"]?.int64 == 1 }
            #expect(socket.titles == ["for ann"])
            try socket.say(#"{"type":"mark","id":"m","change":"read","notificationIds":["\#(id)"]}"#)
            try await socket.message { $0["id"]?.string == "m" && $0["type"]?.string == "done" }
            try await socket.message { $0["unread"]?.int64 == 0 }
        }
    }

    @Test func whoIsNoPageOfThisServerOrHasNoSessionIsRefused() async throws {
        try await InboxDesk.openListing(origin: "https://console.school.example") { desk in
            let ann = try await ConsoleDesk.signedIn(desk.served, desk.ann)
            let cookie = try Self.cookie(ann)
            let port = desk.served.port
            // Of those that may connect with a token of their own none may with somebody's cookie.
            for origin in [
                "http://evil.example", "https://console.school.example", "http://127.0.0.1:1",
                "http://localhost:\(port)", "null", "",
            ] {
                let lines = try await Self.connect(desk.served, cookie, origin: origin).all()
                #expect(lines == ["refused 403"], "\(origin): \(lines)")
            }
            let bad = cookie.dropLast(6) + "AAAAAA"
            for cookie in ["", "daybook-session=", String(bad)] {
                #expect(try await Self.connect(desk.served, cookie).all() == ["refused 401"], "\(cookie)")
            }
            // A token opens nothing here, and nothing beside a cookie; and the API's own socket takes no cookie.
            #expect(try await Self.connect(desk.served, "", token: desk.ann).all() == ["refused 400"])
            #expect(try await Self.connect(desk.served, cookie, token: desk.ben).all() == ["refused 400"])
            let answer = try await ann.get("/notifications")
            #expect(answer.status == 401)
            let open = try Self.connect(desk.served, cookie)
            try await open.until(line: "open")
        }
    }

    @Test func theSocketEndsWithTheSession() async throws {
        try await InboxDesk.open { desk in
            for end in ["sign-out", "revocation"] {
                let token = try await desk.anotherToken(of: "ann")
                let ann = try await ConsoleDesk.signedIn(desk.served, token)
                let cookie = try Self.cookie(ann)
                let socket = try Self.connect(desk.served, cookie)
                try await socket.until(line: "open")
                try socket.say(#"{"type":"follow"}"#)
                try await socket.message { $0["unread"] != nil }
                if end == "sign-out" {
                    let form = try await ann.formToken("/console/inbox")
                    #expect(try await ann.post("/console/sign-out", ["form": form]).status == 303)
                } else {
                    try await desk.revoke(token)
                }
                try await desk.send("too late")
                try await socket.untilClosed(4401)
                #expect(socket.titles.isEmpty, "\(end): \(socket.titles)")
                #expect(try await Self.connect(desk.served, cookie).all() == ["refused 401"], "\(end)")
            }
        }
    }

    @Test func aPageWithoutASocketAsksForTheSame() async throws {
        try await InboxDesk.open { desk in
            let ann = try await ConsoleDesk.signedIn(desk.served, desk.ann)
            let now = try await ann.get("/console/inbox/news")
            #expect(now.status == 200 && now.json?["unread"]?.int64 == 0, "\(now)")
            let place = try #require(now.json?["next"]?.int64)
            let cookie = try Self.cookie(ann)
            async let waiting = desk.served.send(
                Sending(.get, "/console/inbox/news?after=\(place)", headers: ["Cookie": cookie]),
                token: nil
            )
            try await desk.send("for ben", to: "ben")
            try await desk.send("while it waits")
            let answer = try await waiting
            #expect(answer.json?.titles == ["while it waits"], "\(answer)")
            let stranger = try await desk.served.send(Sending(.get, "/console/inbox/news"), token: desk.ann)
            #expect(stranger.status == 401 && stranger.headers[.setCookie] == nil, "\(stranger)")
            // A page of somebody who was signed in before is told nothing of who is now.
            #expect(try await ann.get("/console/inbox/news?reader=ann").status == 200)
            #expect(try await ann.get("/console/inbox/news?reader=ben").status == 401)
        }
    }

    @Test func whatAPageAsksByItselfKeepsNoSessionAlive() async throws {
        try await InboxDesk.open { desk in
            let ann = try await ConsoleDesk.signedIn(desk.served, desk.ann)
            let seal = SessionSeal(keys: desk.served.system.store.keys)
            var session = try #require(ann.cookies["daybook-session"].flatMap { seal.open($0) })
            session.seenAt = session.seenAt - .seconds(600)
            let old = try seal.close(session)
            ann.cookies = ["daybook-session": old]
            for path in ["/console/inbox", "/console/inbox/news"] {
                let answer = try await ann.get(path, headers: ["X-By-Itself": "1"])
                #expect(answer.status == 200 && answer.headers[.setCookie] == nil, "\(path)")
            }
            // The same asked for by somebody does.
            #expect(try await ann.get("/console/inbox").headers[.setCookie] != nil)
            // Once it is over, what is refused takes no newer cookie away.
            session.seenAt = session.seenAt - ConsoleSession.idle
            ann.cookies = ["daybook-session": try seal.close(session)]
            let refused = try await ann.get("/console/inbox", headers: ["X-By-Itself": "1"])
            #expect(refused.status == 303 && refused.headers[.setCookie] == nil, "\(refused)")
            let news = try await ann.get("/console/inbox/news")
            #expect(news.status == 401 && news.headers[.setCookie] == nil, "\(news)")
            #expect(try await ann.get("/console/inbox").headers[.setCookie]?.contains("Max-Age=0") == true)
        }
    }
}
