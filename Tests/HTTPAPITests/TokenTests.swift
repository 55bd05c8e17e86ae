import HTTPTypes
import Testing

@testable import HTTPAPI

/// How a token is sent, and what a token gets that is not accepted.
@Suite struct TokenTests {
    private func me(_ authorization: String) async throws -> Answer {
        try await exchange(.get, "/me", headers: ["Authorization": authorization])
    }

    @Test(arguments: ["Bearer ", "bEARER   ", "bearer "])
    func aKnownTokenSignsIn(scheme: String) async throws {
        let answer = try await me(scheme + TestAPI.token)
        #expect(answer.status == 200)
        #expect(answer.json?["actor"]?.string == "ada")
    }

    @Test func aTokenThatIsNotAcceptedIs401WithoutEchoingIt() async throws {
        let answer = try await me("Bearer dbk_unknown_secretsecret")
        #expect(answer.status == 401)
        #expect(answer.problem == "invalid-token")
        #expect(!answer.text.contains("secretsecret"))
    }

    @Test func theChallengeCannotBeBrokenOutOf() async throws {
        let challenge = try await me("Bearer unknown").headers[.wwwAuthenticate]
        let expected = #"Bearer realm="daybook", error="invalid_token", error_description="The ?token? is not known?""#
        #expect(challenge == expected)
    }

    @Test func whatIsNoTokenIsAnInvalidOne() async throws {
        for field in ["Bearer a b", "Bearer \"x\"", "Bearer \(String(repeating: "x", count: 9_000))"] {
            let answer = try await me(field)
            #expect(answer.status == 401)
            #expect(answer.headers[.wwwAuthenticate]?.contains(#"error="invalid_token""#) == true)
        }
    }

    @Test func anOpenEndpointAsksForNothing() async throws {
        #expect(try await exchange(.get, "/open", headers: ["Authorization": "Bearer nonsense"]).status == 200)
    }
}
