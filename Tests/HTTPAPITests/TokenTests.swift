import HTTPTypes
import OpenSSL
import Testing

@testable import HTTPAPI

/// Daybook's own tokens.
@Suite struct TokenTests {
    private func me(_ token: String) async throws -> Answer {
        try await exchange(.get, "/me", headers: ["Authorization": "Bearer \(token)"])
    }

    @Test func aKnownTokenSignsIn() async throws {
        let answer = try await me(TestAPI.token)
        #expect(answer.status == 200)
        #expect(answer.json?["actor"]?.string == "ada")
    }

    @Test func theSchemeIsReadInEitherCase() async throws {
        let answer = try await exchange(.get, "/me", headers: ["Authorization": "bEARER   \(TestAPI.token)"])
        #expect(answer.status == 200)
    }

    @Test func aWrongSecretOrUnknownIdIs401AndLooksTheSame() async throws {
        let secret = String(repeating: "s", count: 43)
        let wrong = try await me("dbk_0123456789abcdef01234567_\(secret)x")
        let unknown = try await me("dbk_ffffffffffffffffffffffff_\(secret)")
        for answer in [wrong, unknown] {
            #expect(answer.status == 401)
            #expect(answer.problem == "invalid-token")
            #expect(answer.headers[.wwwAuthenticate]?.contains(#"error="invalid_token""#) == true)
            #expect(!answer.text.contains(secret))
        }
        #expect(wrong.json?["detail"] == unknown.json?["detail"])
    }

    @Test(arguments: ["expired", "revoked"])
    func aTokenThatIsOverIs401AndSaysWhy(id: String) async throws {
        let answer = try await me("dbk_\(id)_\(String(repeating: "s", count: 43))")
        #expect(answer.status == 401)
        #expect(answer.headers[.wwwAuthenticate]?.contains(id) == true)
    }

    @Test func whatIsOverIsNotToldWithoutTheSecret() async throws {
        #expect(try await me("dbk_revoked_guess").json?["detail"]?.string?.contains("revoked") == false)
    }

    @Test(arguments: ["dbk_", "dbk_a", "dbk__b", "dbk_a_", "dbk_\(String(repeating: "a", count: 65))_b"])
    func whatIsNoTokenIs401(token: String) async throws {
        #expect(APIToken(token) == nil)
        #expect(try await me(token).status == 401)
    }

    @Test func tokensAreRandomAndReadBack() throws {
        var texts: Set<String> = []
        for _ in 0..<500 {
            let token = try APIToken.generate()
            let read = try #require(APIToken(token.text))
            #expect(read.id == token.id)
            #expect(read.digest == token.digest)
            texts.insert(token.text)
        }
        #expect(texts.count == 500)
    }

    @Test func aTokenIsNotPrintedByAccident() throws {
        let token = try APIToken.generate()
        #expect(!"\(token)".contains(token.text))
        #expect("\(token)" == "dbk_\(token.id)_…")
    }
}
