import EventStore
import Events
import Foundation
import HTTPTypes
import JSON
import TestSupport
import Testing
import Time

@testable import Console
@testable import HTTPAPI

/// Signing in by an identity provider, as it must not go.
@Suite struct ConsoleProviderRefusalTests {
    private static func sessions(_ served: Served) async throws -> Int {
        try await served.system.store.reader.eventsBackwards(types: [Identity.ProviderSessionStarted.type]).count
    }

    private static let attempt = "__Host-daybook-sign-in"

    @Test func anIDTokenThatIsNotForThisSignInLetsNobodyIn() async throws {
        try await ProviderDesk.open { served, port in
            let wrong: [JSONObject] = [
                ["claims": .object(["iss": "https://evil.example"])], ["claims": .object(["iss": .null])],
                ["claims": .object(["aud": "other"])], ["claims": .object(["aud": .null])],
                ["claims": .object(["aud": .array(["daybook", "other"])])],
                ["claims": .object(["aud": .array(["daybook", "other"]), "azp": "other"])],
                ["claims": .object(["azp": "other"])], ["claims": .object(["azp": 7])],
                ["claims": .object(["exp": -120])], ["claims": .object(["exp": .null])],
                ["claims": .object(["iat": 120])], ["claims": .object(["iat": -120])],
                ["claims": .object(["iat": .null])],
                ["claims": .object(["nonce": "another"])], ["claims": .object(["nonce": .null])],
                ["claims": .object(["sub": .null])], ["claims": .object(["sub": "system"])],
                ["claims": .object(["sub": "operator"])], ["claims": .object(["sub": ""])],
                ["claims": .object(["at_hash": "AAAAAAAAAAAAAAAAAAAAAA"])], ["claims": .object(["at_hash": 1])],
                ["sign": "none"], ["sign": "hmac"], ["sign": "other"], ["header": .object(["kid": "unknown"])],
                ["header": .object(["alg": "RS256"])], ["header": .object(["typ": "at+jwt"])],
                ["header": .object(["crit": .array(["x"])])],
            ]
            for mood in wrong {
                let visitor = ProviderDesk(served, port)
                try await visitor.become(mood)
                let answer = try await visitor.signIn()
                #expect(answer.status == 401, "\(mood): \(answer)")
                #expect(answer.text.contains("What the identity provider says was not accepted"), "\(mood): \(answer)")
                #expect(visitor.desk.cookies[Self.attempt] == nil, "\(mood)")
                #expect(try await !visitor.isIn(), "\(mood)")
            }
            #expect(try await Self.sessions(served) == 0)
        }
    }

    @Test func anAddressThatAnswersNoAttemptOfThisBrowserDoesNothing() async throws {
        try await ProviderDesk.open { served, port in
            let visitor = ProviderDesk(served, port)
            let back = try await visitor.letIn(try await visitor.leave())
            let kept = try #require(visitor.desk.cookies[Self.attempt])
            let stranger = ProviderDesk(served, port)
            let theirs = try await stranger.letIn(try await stranger.leave())
            let state = try #require(try ProviderDesk.parameters(back)["state"])
            let code = try #require(try ProviderDesk.parameters(back)["code"])
            let path = "/console/sign-in/return"
            for target in [
                // Somebody else's code and state: nobody is signed in as whoever laid the link out for them.
                theirs, path, "\(path)?code=\(code)", "\(path)?code=\(code)&state=",
                "\(path)?code=\(code)&state=\(state.dropLast())A", "\(path)?code=\(code)&state=\(state)x",
                "\(path)?code=\(code)&state=\(state)&state=\(state)", "\(path)?code=\(code)&code=b&state=\(state)",
                "\(path)?error=%3Cb%3Ecall%20us&state=wrong",
            ] {
                let answer = try await visitor.desk.get(target)
                #expect(answer.status == 401, "\(target): \(answer)")
                #expect(!answer.text.contains("call us") && !answer.text.contains(code), "\(target): \(answer)")
                // Whoever leads a browser here ends nothing by it.
                #expect(visitor.desk.cookies[Self.attempt] == kept, "\(target)")
            }
            #expect(try await visitor.seen().isEmpty, "no code was shown to anybody")
            for cookie in [nil, "", "2.AAAA", String(kept.dropLast(4)) + "AAAA", stranger.desk.cookies[Self.attempt]] {
                visitor.desk.cookies[Self.attempt] = cookie
                #expect(try await visitor.desk.get(back).status == 401)
            }
            visitor.desk.cookies[Self.attempt] = kept
            #expect(try await Self.sessions(served) == 0)
            #expect(try await visitor.desk.get(back).status == 200)
        }
    }

    @Test func anAttemptLastsTenMinutes() async throws {
        try await ProviderDesk.open { served, port in
            for (age, status) in [(Duration.seconds(590), 200), (.seconds(600), 401)] {
                let visitor = ProviderDesk(served, port)
                let back = try await visitor.letIn(try await visitor.leave())
                let seal = AttemptSeal(keys: served.system.store.keys)
                var attempt = try #require(visitor.desk.cookies[Self.attempt].flatMap { seal.open($0) })
                attempt.authorization.startedAt = attempt.authorization.startedAt - age
                visitor.desk.cookies[Self.attempt] = try seal.close(attempt)
                let answer = try await visitor.desk.get(back)
                #expect(answer.status == status, "\(age): \(answer)")
            }
        }
    }

    @Test func anAttemptComesToOneSessionEvenWhereTheProviderTakesACodeTwice() async throws {
        try await ProviderDesk.open { served, port in
            let visitor = ProviderDesk(served, port)
            try await visitor.become(["reuse": true])
            let back = try await visitor.letIn(try await visitor.leave())
            let kept = visitor.desk.cookies[Self.attempt]
            #expect(try await visitor.desk.get(back).status == 200)
            #expect(try await visitor.desk.get(back).status == 401, "the cookie is gone")
            for signsOut in [false, true] {
                if signsOut {
                    let form = try await visitor.desk.formToken("/console/inbox")
                    #expect(try await visitor.desk.post("/console/sign-out", ["form": form]).status == 303)
                }
                let thief = ProviderDesk(served, port)
                thief.desk.cookies[Self.attempt] = kept
                let answer = try await thief.desk.get(back)
                #expect(answer.status == 401 && answer.text.contains("carried out before"), "\(answer)")
                #expect(try await !thief.isIn())
            }
            #expect(try await Self.sessions(served) == 1)
        }
    }

    @Test func aCodeThatSomebodyElseAskedForIsOfNoUse() async throws {
        try await ProviderDesk.open { served, port in
            let (thief, victim) = (ProviderDesk(served, port), ProviderDesk(served, port))
            let code = try ProviderDesk.parameters(try await victim.letIn(try await victim.leave()))["code"] ?? ""
            // Put into the thief's own answer it fails: it belongs to another verifier.
            let state = try ProviderDesk.parameters(try await thief.leave())["state"] ?? ""
            let answer = try await thief.desk.get("/console/sign-in/return?code=\(code)&state=\(state)")
            #expect(answer.status == 401 && answer.text.contains("does not accept the code"), "\(answer)")
            #expect(try await Self.sessions(served) == 0)
        }
    }

    @Test func anotherProvidersAnswerIsNotShownToThisOne() async throws {
        try await ProviderDesk.open { served, port in
            let names: JSONObject = ["authorization_response_iss_parameter_supported": true]
            for (mood, status) in [
                (["answer": .object(["iss": "https://evil.example"])], 401),
                (["answer": .object(["iss": "https://evil.example"]), "configuration": .object(names)], 401),
            ] as [(JSONObject, Int)] {
                let visitor = ProviderDesk(served, port)
                try await visitor.become(mood)
                #expect(try await visitor.signIn().status == status, "\(mood)")
                #expect(try await visitor.seen().isEmpty, "\(mood)")
            }
        }
        try await ProviderDesk.open { served, port in
            let visitor = ProviderDesk(served, port)
            // Whoever says that they name themselves and does not is somebody else.
            try await visitor.become([
                "configuration": .object(["authorization_response_iss_parameter_supported": true])
            ])
            #expect(try await visitor.signIn().status == 401)
            #expect(try await visitor.seen().isEmpty)
        }
    }

    @Test func whatTheProviderSaysIsShownAsText() async throws {
        try await ProviderDesk.open { served, port in
            let visitor = ProviderDesk(served, port)
            let long = String(repeating: "long ", count: 100)
            try await visitor.become([
                "answer": .object([
                    "code": .null, "error": "access_denied",
                    "error_description": .string("<script>alert(1)</script>\u{202e}" + long),
                ])
            ])
            let answer = try await visitor.signIn()
            #expect(answer.status == 401 && answer.text.contains("access_denied"), "\(answer)")
            #expect(answer.text.contains("&lt;script&gt;") && !answer.text.contains("<script>"), "\(answer)")
            #expect(!answer.text.contains("\u{202e}") && !answer.text.contains(long), "\(answer)")
            #expect(visitor.desk.cookies[Self.attempt] == nil)
        }
    }

    @Test func nobodyIsLedToTheProviderByAnotherSitesLink() async throws {
        try await ProviderDesk.open { served, port in
            let (visitor, stranger) = (ProviderDesk(served, port), ProviderDesk(served, port))
            _ = try await visitor.link()
            let foreign = try await stranger.link(next: "/console/system")
            let form = try await visitor.desk.formToken("/console/sign-in")
            for target in [
                foreign, "/console/sign-in/with-provider?next=%2Fconsole%2Fsystem",
                "/console/sign-in/with-provider?next=%2Fconsole%2Fsystem&code=\(form)",
            ] {
                let answer = try await visitor.desk.get(target)
                let place = "/console/sign-in?next=%2Fconsole%2Fsystem"
                #expect(answer.status == 303 && answer.headers[.location] == place, "\(target): \(answer)")
                #expect(visitor.desk.cookies[Self.attempt] == nil, "\(target)")
            }
            // Nor is the link's code one of the form.
            let code = try ProviderDesk.parameters(try await visitor.link())["code"] ?? ""
            let answer = try await visitor.desk.post("/console/sign-in", ["token": "dbk_x", "form": code])
            #expect(answer.status == 403)
        }
    }

    @Test(arguments: [
        "slow", "huge", "garbage", "redirect", "error", "invalid_client", "mac", "no_id_token",
    ])
    func aProviderThatDoesNotDoItsPartIsSaidToBeInTheWay(mood: String) async throws {
        try await ProviderDesk.open { served, port in
            let visitor = ProviderDesk(served, port)
            try await visitor.become(["token": .string(mood)])
            let back = try await visitor.letIn(try await visitor.leave())
            let answer = try await visitor.open(back)
            #expect(answer.status == 502 || answer.status == 503, "\(answer)")
            #expect(answer.text.contains("The identity provider") && answer.text.contains("<html"), "\(answer)")
            #expect(answer.headers[values: .contentSecurityPolicy].count == 1)
            let code = try ProviderDesk.parameters(back)["code"] ?? ""
            for word in ["who?", "it broke", "alert", "127.0.0.1", code, ProviderDesk.secret, "Error"] {
                #expect(!answer.text.contains(word), "\(word): \(answer)")
            }
            #expect(try await Self.sessions(served) == 0)
            // Tokens of Daybook go on.
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: "ben"))
            #expect(try await desk.get("/console/inbox").status == 200)
        }
    }

    @Test(arguments: ["garbage", "error", "issuer", "endpoint", "token endpoint", "authentication"])
    func aProviderThatDoesNotSayWhereItIsLeadsNowhere(how: String) async throws {
        try await ProviderDesk.open { served, port in
            let visitor = ProviderDesk(served, port)
            let mood: JSONObject =
                switch how {
                case "issuer": ["configuration": .object(["issuer": "https://evil.example"])]
                case "endpoint": ["configuration": .object(["authorization_endpoint": "http://evil.example/a"])]
                case "token endpoint": ["configuration": .object(["token_endpoint": "http://evil.example/t"])]
                case "authentication":
                    [
                        "configuration": .object([
                            "token_endpoint_auth_methods_supported": .array(["private_key_jwt"])
                        ])
                    ]
                default: ["discovery": .string(how)]
                }
            try await visitor.become(mood)
            let link = try await visitor.link()
            let answer = try await visitor.open(link)
            #expect(answer.status == (how == "error" ? 503 : 502), "\(answer)")
            #expect(answer.text.contains("The identity provider") && answer.headers[.location] == nil, "\(answer)")
            #expect(answer.headers[values: .setCookie].isEmpty)
        }
    }

    @Test func noFailuresOfOthersAtAnAddressKeepAnybodyFromComingBackToIt() async throws {
        try await ProviderDesk.open(with: ["DAYBOOK_RATE_LIMITS": "on"]) { served, port in
            let visitor = ProviderDesk(served, port)
            let byToken = try await served.token(of: "ben")
            // Another site's page can have browsers do this by the thousand.
            for _ in 0..<40 {
                #expect(try await visitor.desk.get("/console/sign-in/return?code=a&state=b").status == 401)
            }
            // The provider lets somebody in, or it does not; neither is a guess.
            for _ in 0..<40 {
                let state = try ProviderDesk.parameters(try await visitor.leave())["state"] ?? ""
                let answer = try await visitor.desk.get("/console/sign-in/return?error=access_denied&state=\(state)")
                #expect(answer.status == 401, "\(answer)")
            }
            try await visitor.become(["claims": .object(["aud": "other"])])
            for _ in 0..<40 { #expect(try await visitor.signIn().status == 401) }
            try await visitor.become([:])
            #expect(try await ConsoleDesk(served).signIn(byToken).status == 303)
            #expect(try await ProviderDesk(served, port).signIn().status == 200)
            // Made-up codes are guesses, which count for tokens from there that nobody knows yet, and for no answer to an attempt.
            for _ in 0..<100 {
                let state = try ProviderDesk.parameters(try await visitor.leave())["state"] ?? ""
                let answer = try await visitor.desk.get("/console/sign-in/return?code=guessed&state=\(state)")
                #expect(answer.status == 401, "\(answer)")
            }
            #expect(try await ConsoleDesk(served).signIn(try await served.token(of: "cy")).status == 429)
            #expect(try await ProviderDesk(served, port).signIn().status == 200)
        }
    }
}
