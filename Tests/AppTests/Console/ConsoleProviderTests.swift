import Access
import EventStore
import Events
import Foundation
import HTTPTypes
import JSON
import OpenSSL
import TestSupport
import Testing
import Time

@testable import Console
@testable import HTTPAPI

/// Signing in by an identity provider, as it goes well.
@Suite struct ConsoleProviderTests {
    @Test func thePersonIsWhoTheProviderSaysAndTheLogTellsHowTheyCame() async throws {
        try await ProviderDesk.open { served, port in
            let visitor = ProviderDesk(served, port)
            try await served.grant(["audit.events:read"], to: "ada", in: RBAC.institutionBranch, role: "reader")
            let address = try await visitor.leave(next: "/console/history")
            let asked = try ProviderDesk.parameters(address)
            #expect(asked["response_type"] == "code" && asked["client_id"] == "daybook" && asked["scope"] == "openid")
            #expect(asked["redirect_uri"] == "https://daybook.example/console/sign-in/return")
            #expect(asked["code_challenge_method"] == "S256" && asked["tenant"] == "a b")
            for name in ["state", "nonce", "code_challenge"] { #expect(asked[name]?.utf8.count == 43, "\(name)") }
            let back = try await visitor.letIn(address)
            let answer = try await visitor.desk.get(back)
            #expect(answer.status == 200, "\(answer)")
            // From this site's own page on the cookie of the session comes along; so it is no redirect that leads on.
            #expect(answer.text.contains(#"content="0;url=/console/history""#), "\(answer)")
            #expect(answer.text.contains(#"href="/console/history""#), "\(answer)")
            let cookies = answer.headers[values: .setCookie]
            let session = try #require(cookies.first { $0.hasPrefix("__Host-daybook-session=") })
            #expect(session.hasSuffix("; Path=/; HttpOnly; SameSite=Strict; Secure"), "\(session)")
            for name in ["daybook-sign-in", "daybook-form", "daybook-moment"] {
                #expect(cookies.contains { $0.hasPrefix("__Host-\(name)=; Path=/; Max-Age=0") }, "\(name)")
            }
            #expect(try await visitor.desk.get("/console/history").status == 200)

            let sent = try #require(try await visitor.seen().first)
            let form = try #require(sent["form"]?.object)
            let pair = PercentCoding.encode(ProviderDesk.client) + ":" + PercentCoding.encode(ProviderDesk.secret)
            #expect(sent["authorization"]?.string == "Basic " + Base64.encode(Array(pair.utf8)))
            #expect(form["client_secret"] == nil && form["grant_type"]?.string == "authorization_code")

            let last = try await served.system.store.reader.eventsBackwards(
                types: [Identity.ProviderSessionStarted.type]
            )
            let started = try #require(try last.first?.decode(Identity.ProviderSessionStarted.self))
            #expect(last.count == 1 && last.first?.header.actor == "ada")
            #expect(started.userID == "ada" && started.issuer == "http://127.0.0.1:\(port)")
            #expect(started.clientID == "daybook" && started.ipAddress == "127.0.0.1")
            let everything = try await Psql.run(
                "select coalesce(string_agg(concat(data, personal), ''), '') from log.events",
                on: served.url
            )
            let secrets = [
                form["code"]?.string, form["code_verifier"]?.string, asked["state"], asked["nonce"],
                visitor.desk.cookies["__Host-daybook-session"], ProviderDesk.secret,
            ]
            for secret in secrets {
                let secret = try #require(secret)
                #expect(!everything.contains(secret))
                #expect(!answer.text.contains(secret))
            }
        }
    }

    @Test func theCookieOfTheWayBackIsShortLivedAndComesFromOtherSites() async throws {
        try await ProviderDesk.open { served, port in
            let visitor = ProviderDesk(served, port)
            let answer = try await visitor.desk.get(try await visitor.link())
            let cookie = try #require(answer.headers[values: .setCookie].first)
            #expect(cookie.hasPrefix("__Host-daybook-sign-in=2."), "\(cookie)")
            #expect(cookie.hasSuffix("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure"), "\(cookie)")
            let asked = try ProviderDesk.parameters(try #require(answer.headers[.location]))
            for name in ["state", "nonce"] { #expect(!cookie.contains(try #require(asked[name]))) }
        }
    }

    @Test(arguments: [true, false])
    func aSecretIsShownAsTheProviderTakesIt(isPublic: Bool) async throws {
        try await ProviderDesk.open(isPublic: isPublic) { served, port in
            let visitor = ProviderDesk(served, port)
            let methods: JSONValue = .array(["private_key_jwt", "client_secret_post"])
            try await visitor.become([
                "configuration": .object(["token_endpoint_auth_methods_supported": methods])
            ])
            #expect(try await visitor.signIn().status == 200)
            let sent = try #require(try await visitor.seen().first)
            #expect(sent["authorization"]?.string == "" && sent["form"]?["client_id"]?.string == "daybook")
            #expect(sent["form"]?["client_secret"]?.string == (isPublic ? nil : ProviderDesk.secret))
        }
    }

    @Test func aKeyThatChangesOnTheWayIsFound() async throws {
        try await ProviderDesk.open { served, port in
            let visitor = ProviderDesk(served, port)
            #expect(try await visitor.signIn().status == 200)
            let other = ProviderDesk(served, port)
            let back = try await other.letIn(try await other.leave())
            try await other.become(["rotate": true])
            #expect(try await other.desk.get(back).status == 200)
            #expect(try await other.isIn())
        }
    }

    @Test func whatTheStandardLetsAProviderSayIsAccepted() async throws {
        try await ProviderDesk.open { served, port in
            let moods: [JSONObject] = [
                ["claims": .object(["aud": .array(["daybook"])])],
                ["claims": .object(["aud": .array(["other", "daybook"]), "azp": "daybook"])],
                ["claims": .object(["azp": "daybook", "at_hash": .null])], ["header": .object(["typ": .null])],
                ["claims": .object(["exp": -50, "nbf": .null])], ["header": .object(["kid": .null])],
                ["answer": .object(["iss": .string("http://127.0.0.1:\(port)"), "anything": "else"])],
            ]
            for mood in moods {
                let visitor = ProviderDesk(served, port)
                try await visitor.become(mood)
                let answer = try await visitor.signIn()
                #expect(answer.status == 200, "\(mood): \(answer)")
            }
        }
    }

    @Test func clocksMayHaveToAgree() async throws {
        try await ProviderDesk.open(with: ["DAYBOOK_JWT_CLOCK_SKEW_SECONDS": "0"]) { served, port in
            // The provider tells whole seconds, and is quick.
            for _ in 0..<3 {
                let answer = try await ProviderDesk(served, port).signIn()
                #expect(answer.status == 200, "\(answer)")
            }
        }
    }

    @Test func nobodyIsLedElsewhereAfterwards() async throws {
        try await ProviderDesk.open { served, port in
            for (next, place) in [
                ("/console/system", "/console/system"), ("//evil.example", "/console"),
                ("https://evil.example/", "/console"), ("/console/history\\@evil.example", "/console"),
                ("javascript:alert(1)", "/console"), ("/consoles", "/console"),
                (#"/console/history?text="><script>"#, "/console/history?text=&quot;&gt;&lt;script&gt;"),
            ] {
                let visitor = ProviderDesk(served, port)
                let code = try ProviderDesk.parameters(try await visitor.link())["code"] ?? ""
                let answer = try await visitor.desk.get(
                    "/console/sign-in/with-provider?code=\(code)&next=\(PercentCoding.encode(next))"
                )
                let back = try await visitor.desk.get(try await visitor.letIn(answer.headers[.location] ?? ""))
                #expect(back.text.contains(#"content="0;url=\#(place)""#), "\(next): \(back)")
                #expect(back.text.contains(#"href="\#(place)""#), "\(next): \(back)")
                #expect(!back.text.contains("evil") && !back.text.contains("<script>"), "\(next): \(back)")
            }
        }
    }

    @Test func whereNoProviderIsConfiguredThereIsNone() async throws {
        try await Served.open { served in
            let desk = ConsoleDesk(served)
            #expect(try await !desk.get("/console/sign-in").text.contains("with-provider"))
            for path in ["with-provider", "return?code=a&state=b"] {
                let answer = try await desk.get("/console/sign-in/\(path)")
                #expect(answer.status == 303 && answer.headers[.location] == "/console/sign-in", "\(answer)")
            }
        }
    }
}
