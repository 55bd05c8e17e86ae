import Access
import EventStore
import Events
import Foundation
import HTTPTypes
import JSON
import Notifications
import TestSupport
import Testing
import Time

@testable import Console
@testable import HTTPAPI

/// How long a session lasts that rests on an identity provider, and what ends it.
@Suite struct ConsoleProviderSessionTests {
    private static let session = "__Host-daybook-session"

    private static func signedIn(_ served: Served, _ port: Int) async throws -> ProviderDesk {
        let visitor = ProviderDesk(served, port)
        #expect(try await visitor.signIn().status == 200)
        #expect(try await visitor.isIn())
        return visitor
    }

    @Test func itEndsByItsTimeAsAnyOtherAndCannotBeMadeOneOfAToken() async throws {
        try await ProviderDesk.open { served, port in
            let visitor = try await Self.signedIn(served, port)
            let seal = SessionSeal(keys: served.system.store.keys)
            let session = try #require(visitor.desk.cookies[Self.session].flatMap { seal.open($0) })
            #expect(session.basis == .provider(issuer: "http://127.0.0.1:\(port)"))
            let issued = try await served.system.tokens.issue(
                to: FirstStart.administrator,
                CommandContext(actor: .operator)
            )
            func isIn(_ change: (inout ConsoleSession) -> Void) async throws -> Bool {
                var other = session
                change(&other)
                visitor.desk.cookies = [Self.session: try seal.close(other)]
                return try await visitor.isIn()
            }
            #expect(try await isIn { $0.seenAt = $0.seenAt - .seconds(29 * 60) })
            #expect(try await !isIn { $0.seenAt = $0.seenAt - .seconds(30 * 60) })
            #expect(try await !isIn { $0.startedAt = $0.startedAt - .seconds(12 * 3_600) })
            #expect(try await !isIn { $0.secret[0] ^= 1 })
            #expect(try await !isIn { $0.basis = .token(id: issued.id) })
            #expect(try await !isIn { $0.basis = .provider(issuer: "https://evil.example") })
            #expect(try await isIn { _ in })
        }
    }

    @Test func itEndsWhereTheProviderIsNotTrustedAnyMore() async throws {
        try await ProviderDesk.open(isPublic: true) { served, port in
            let visitor = try await Self.signedIn(served, port)
            let cookie = try #require(visitor.desk.cookies[Self.session])
            let same = ProviderDesk.settings(port)
            let otherClient = same.merging(["DAYBOOK_OIDC_CLIENT_ID": "another"]) { $1 }
            let otherIssuer = same.merging(["DAYBOOK_JWT_ISSUER": "http://127.0.0.1:\(port)/other"]) { $1 }
            for (settings, status) in [(same, 200), (otherClient, 303), (otherIssuer, 303), ([:], 303)] {
                let answer: Int = try await served.openReplica(with: settings) { replica in
                    let desk = ConsoleDesk(replica)
                    desk.cookies = [settings.isEmpty ? "daybook-session" : Self.session: cookie]
                    return try await desk.get("/console/inbox").status
                }
                #expect(answer == status, "\(settings)")
            }
            #expect(try await visitor.isIn())
        }
    }

    @Test func theWayOutAtTheProviderIsShownByAReplicaThatHasNotAskedForItBefore() async throws {
        try await ProviderDesk.open(isPublic: true) { served, port in
            let visitor = try await Self.signedIn(served, port)
            let cookies = visitor.desk.cookies
            try await served.openReplica(with: ProviderDesk.settings(port)) { replica in
                let desk = ConsoleDesk(replica)
                desk.cookies = cookies
                let form = try await desk.formToken("/console/inbox")
                let answer = try await desk.post("/console/sign-out", ["form": form])
                #expect(answer.headers[.location] == "/console/sign-in?left=provider", "\(answer)")
                let page = try await desk.get("/console/sign-in?left=provider").text
                #expect(page.contains(#"href="http://127.0.0.1:\#(port)/end?client_id=daybook""#), "\(page)")
            }
        }
    }

    @Test func whoSignsOutIsOutAndIsShownTheWayOutAtTheProvider() async throws {
        try await ProviderDesk.open { served, port in
            let visitor = try await Self.signedIn(served, port)
            let thief = ConsoleDesk(served)
            thief.cookies = visitor.desk.cookies
            let form = try await visitor.desk.formToken("/console/inbox")
            let answer = try await visitor.desk.post("/console/sign-out", ["form": form])
            #expect(answer.headers[.location] == "/console/sign-in?left=provider", "\(answer)")
            #expect(try await thief.get("/console/inbox").status == 303)
            let page = try await visitor.desk.get("/console/sign-in?left=provider").text
            #expect(page.contains(#"href="http://127.0.0.1:\#(port)/end?client_id=daybook""#), "\(page)")
            #expect(page.contains("School &lt;id&gt;"), "\(page)")
            #expect(try await !visitor.desk.get("/console/sign-in").text.contains("/end?"))
            // A session that rests on a token has nothing to do with the provider.
            let token = try await served.token(of: "ben")
            let other = try await ConsoleDesk.signedIn(served, token)
            let leaving = try await other.post(
                "/console/sign-out",
                ["form": try await other.formToken("/console/inbox")]
            )
            #expect(leaving.headers[.location] == "/console/sign-in", "\(leaving)")
        }
    }

    @Test func anAdministratorEndsAllSessionsOfSomebodyAtOnceOnEveryReplica() async throws {
        try await ProviderDesk.open { served, port in
            let visitor = try await Self.signedIn(served, port)
            let byToken = try await ConsoleDesk.signedIn(served, try await served.token(of: "ada"))
            let ben = try await ConsoleDesk.signedIn(served, try await served.token(of: "ben"))
            let target = "/rbac/users/ada/console-sessions"
            let nobody = try await served.send(Sending(.delete, target), token: try await served.token(of: "cy"))
            #expect(nobody.status == 403 && nobody.json?["permission"]?.string == "identity.tokens:revoke", "\(nobody)")
            #expect(try await visitor.isIn())
            let admin = try await served.token(of: FirstStart.administrator)
            let request = Sending(.delete, target + "?reason=left", headers: ["Idempotency-Key": "once"])
            let answer = try await served.send(request, token: admin)
            #expect(answer.status == 200, "\(answer)")
            #expect(try await !visitor.isIn())
            #expect(try await byToken.get("/console/inbox").status == 303)
            #expect(try await ben.get("/console/inbox").status == 200)
            // They may come again; the same request once more is answered as it was.
            let again = try await Self.signedIn(served, port)
            #expect(try await served.send(request, token: admin).status == 200)
            #expect(try await again.isIn())
            let ends = try await served.system.store.reader.eventsBackwards(types: [Identity.ConsoleSessionsEnded.type])
            #expect(ends.count == 1 && ends.first?.header.actor == FirstStart.administrator)
        }
    }

    @Test func everybodyEndsTheirOwnSessionsAndNobodyThoseOfSomebodyWhoIsMistyped() async throws {
        try await ProviderDesk.open { served, port in
            let visitor = try await Self.signedIn(served, port)
            let token = try await served.token(of: "ada")
            let cy = try await served.token(of: "cy")
            let admin = try await served.token(of: FirstStart.administrator)
            func end(_ user: String, by token: String) async throws -> Answer {
                try await served.send(Sending(.delete, "/rbac/users/\(user)/console-sessions"), token: token)
            }
            let mistyped = try await end("adda", by: admin)
            #expect(mistyped.status == 404 && mistyped.text.contains("adda"), "\(mistyped)")
            // Whoever may not end them does not learn who is there.
            #expect(try await end("adda", by: cy).status == 403)
            #expect(try await end("ada", by: cy).status == 403)
            #expect(try await end("cy", by: cy).status == 404)
            #expect(try await visitor.isIn())
            let own = try await end("ada", by: token)
            #expect(own.status == 200, "\(own)")
            #expect(try await !visitor.isIn())
            let ends = try await served.system.store.reader.eventsBackwards(types: [Identity.ConsoleSessionsEnded.type])
            #expect(ends.map(\.header.actor) == ["ada"])
        }
    }

    @Test func aDeviceThatRestsOnNoTokenEndsWithItsOwnersSessions() async throws {
        try await Served.open { served in
            let service = served.system.notifications
            func register(_ user: String, token: String?) async throws -> String {
                let author = Author(id: user)
                let address = "token-\(UUID().uuidString)"
                return try await service.registerDevice(
                    user,
                    kind: .ios,
                    address: address,
                    name: nil,
                    token: token,
                    by: author
                )
                .id
            }
            _ = try await register("ada", token: nil)
            let byToken = try await register("ada", token: "0192f0c17d1e7a558b1e2f1f0a6f4c12")
            let others = try await register("ben", token: nil)
            _ = try await served.system.access.endConsoleSessions(of: "ada", Served.admin)
            let later = try await register("ada", token: nil)
            try await served.settle()
            #expect(Set(try await service.devices(of: "ada").map(\.id)) == [byToken, later])
            #expect(try await service.devices(of: "ben").map(\.id) == [others])
        }
    }

    @Test(arguments: ["sign-out", "administrator"])
    func itsSocketEndsWithIt(end: String) async throws {
        try await ProviderDesk.open { served, port in
            let visitor = try await Self.signedIn(served, port)
            let base = "127.0.0.1:\(served.port)"
            let cookie = "\(Self.session)=\(try #require(visitor.desk.cookies[Self.session]))"
            func connect() throws -> Conversation {
                try Conversation(python: "live.py", "ws://\(base)/console/live", cookie, "http://\(base)")
            }
            let socket = try connect()
            try await socket.until(line: "open")
            try socket.say(#"{"type":"follow"}"#)
            try await socket.message { $0["unread"] != nil }
            if end == "sign-out" {
                let form = try await visitor.desk.formToken("/console/inbox")
                #expect(try await visitor.desk.post("/console/sign-out", ["form": form]).status == 303)
            } else {
                _ = try await served.system.access.endConsoleSessions(of: "ada", Served.admin)
            }
            try await socket.untilClosed(4401)
            #expect(try await connect().all() == ["refused 401"])
        }
    }
}
