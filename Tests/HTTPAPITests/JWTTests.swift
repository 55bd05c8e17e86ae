import JSON
import Testing

@testable import HTTPAPI

/// Sign-in by tokens of an identity provider.
@Suite struct JWTTests {
    private func authenticator(
        _ keySet: [UInt8],
        algorithms: Set<JWTSettings.Algorithm> = Set(JWTSettings.Algorithm.allCases)
    ) -> JWTAuthenticator {
        var settings = TestIssuer.settings
        settings.algorithms = algorithms
        return JWTAuthenticator(
            settings,
            keys: KeySet(ChangingKeySet(keySet), algorithms: algorithms, logger: .silent)
        )
    }

    /// What the edge answers, and what it says in `WWW-Authenticate`.
    private func refusal(_ token: String, by authenticator: JWTAuthenticator) async throws -> String {
        let answer = try await exchange(
            .get,
            "/me",
            headers: ["Authorization": "Bearer \(token)"],
            jwt: authenticator
        )
        #expect(answer.status == 401)
        #expect(token.utf8.count < 20 || !answer.text.contains(token))
        let challenge = answer.headers[.wwwAuthenticate] ?? ""
        #expect(challenge.contains(#"error="invalid_token""#))
        #expect(token.utf8.count < 20 || !challenge.contains(token))
        return challenge
    }

    @Test(arguments: ["ES256", "EdDSA", "RS256"])
    func aRightTokenSignsIn(algorithm: String) async throws {
        let issuer = try await TestIssuer.make(algorithm)
        let answer = try await exchange(
            .get,
            "/me",
            headers: ["Authorization": "Bearer \(try issuer.token())"],
            jwt: authenticator(TestIssuer.keySet(issuer))
        )
        #expect(answer.status == 200)
        #expect(answer.json?["actor"]?.string == "ada")
    }

    @Test(arguments: ["none", "None", "nOnE", "NONE", ""])
    func algorithmNoneIs401(algorithm: String) async throws {
        let issuer = try await TestIssuer.make()
        let jwt = authenticator(TestIssuer.keySet(issuer))
        let challenge = try await refusal(issuer.unsigned(algorithm: algorithm), by: jwt)
        #expect(challenge.contains("algorithm"))
    }

    @Test(arguments: ["ES256", "RS256", "EdDSA"])
    func aPublicKeyIsNeverASharedSecret(algorithm: String) async throws {
        let issuer = try await TestIssuer.make(algorithm)
        let jwt = authenticator(TestIssuer.keySet(issuer))
        for claimed in ["HS256", algorithm] {
            let forged = issuer.token(hmacKey: [UInt8](issuer.publicPEM.utf8), header: ["alg": .string(claimed)])
            _ = try await refusal(forged, by: jwt)
        }
    }

    @Test func aSharedSecretInTheKeySetIsIgnored() async throws {
        let issuer = try await TestIssuer.make()
        let secret: JSONObject = ["kty": "oct", "kid": "s", "k": "c2VjcmV0", "alg": "HS256"]
        let jwt = authenticator(TestIssuer.keySet(issuer, adding: [secret]))
        _ = try await refusal(
            issuer.token(hmacKey: [UInt8]("secret".utf8), header: ["alg": "HS256", "kid": "s"]),
            by: jwt
        )
        #expect(try await jwt.authenticate(bearer: issuer.token()).actor == "ada")
    }

    @Test func anotherKeyIs401() async throws {
        let issuer = try await TestIssuer.make()
        let stranger = try await TestIssuer.make()
        let jwt = authenticator(TestIssuer.keySet(issuer))
        #expect(try await refusal(stranger.token(), by: jwt).contains("signature"))
    }

    @Test func anUnknownKeyIdIs401() async throws {
        let issuer = try await TestIssuer.make()
        let jwt = authenticator(TestIssuer.keySet(issuer))
        #expect(try await refusal(issuer.token(header: ["kid": "k2"]), by: jwt).contains("key"))
    }

    @Test func withoutAKeyIdTheOnlyKeyIsTaken() async throws {
        let issuer = try await TestIssuer.make()
        let other = try await TestIssuer.make(keyID: "k2")
        let token = try issuer.token(header: ["kid": .null])
        #expect(try await authenticator(TestIssuer.keySet(issuer)).authenticate(bearer: token).actor == "ada")
        _ = try await refusal(token, by: authenticator(TestIssuer.keySet(issuer, other)))
    }

    @Test func aKeyVerifiesTheAlgorithmThatItIsDeclaredForOnly() async throws {
        let issuer = try await TestIssuer.make("RS256")
        var other = issuer.jwk
        other["alg"] = "RS512"
        _ = try await refusal(issuer.token(), by: authenticator(TestIssuer.keySet(adding: [other])))
        var undeclared = issuer.jwk
        undeclared["alg"] = nil
        let jwt = authenticator(TestIssuer.keySet(adding: [undeclared]))
        #expect(try await jwt.authenticate(bearer: issuer.token()).actor == "ada")
    }

    @Test func anAlgorithmThatIsNotAcceptedIs401() async throws {
        let issuer = try await TestIssuer.make("RS256")
        let other = try await TestIssuer.make("ES256", keyID: "k2")
        let jwt = authenticator(TestIssuer.keySet(issuer, other), algorithms: [.es256])
        _ = try await refusal(issuer.token(), by: jwt)
        #expect(try await jwt.authenticate(bearer: other.token()).actor == "ada")
    }

    @Test(arguments: [
        ("exp", JSONValue.number(JSONNumber(TestIssuer.now - 31)), "expired"),
        ("exp", .null, "expires"),
        ("exp", "tomorrow", "malformed exp"),
        ("nbf", .number(JSONNumber(TestIssuer.now + 31)), "not valid yet"),
        ("iat", .number(JSONNumber(TestIssuer.now + 31)), "future"),
        ("iss", "https://evil.example.org", "somebody else"),
        ("iss", .null, "somebody else"),
        ("aud", "other", "meant for somebody else"),
        ("aud", .array(["other"]), "meant for somebody else"),
        ("aud", .null, "meant for somebody else"),
        ("sub", .null, "names no user"),
        ("sub", "", "names no user"),
        ("sub", "a\nb", "names no user"),
    ])
    func aWrongClaimIs401(name: String, value: JSONValue, reason: String) async throws {
        let issuer = try await TestIssuer.make()
        let jwt = authenticator(TestIssuer.keySet(issuer))
        #expect(try await refusal(issuer.token(claims: [name: value]), by: jwt).contains(reason))
    }

    @Test(arguments: [
        ("exp", JSONValue.number(JSONNumber(TestIssuer.now - 29))), ("nbf", .number(JSONNumber(TestIssuer.now + 29))),
        ("iat", .number(JSONNumber(TestIssuer.now + 29))), ("nbf", .null), ("iat", .null), ("aud", "daybook"),
    ])
    func clocksMayDifferByTheSkew(name: String, value: JSONValue) async throws {
        let issuer = try await TestIssuer.make()
        let jwt = authenticator(TestIssuer.keySet(issuer))
        #expect(try await jwt.authenticate(bearer: issuer.token(claims: [name: value])).actor == "ada")
    }

    @Test func aTokenThatWasVerifiedStillExpires() async throws {
        let issuer = try await TestIssuer.make()
        let clock = SteppingClock(seconds: TestIssuer.now)
        var settings = TestIssuer.settings
        settings.clock = { clock.now }
        let keys = KeySet(ChangingKeySet(TestIssuer.keySet(issuer)), algorithms: settings.algorithms, logger: .silent)
        let jwt = JWTAuthenticator(settings, keys: keys)
        let token = try issuer.token()
        #expect(try await jwt.authenticate(bearer: token).actor == "ada")
        clock.advance(bySeconds: 331)
        await #expect(throws: AuthenticationFailure.self) { try await jwt.authenticate(bearer: token) }
    }

    @Test(
        arguments: [
            ["crit": .array(["exp"])], ["typ": "secevent+jwt"], ["kid": 7], ["alg": 7], ["alg": .null],
        ] as [[String: JSONValue]]
    )
    func aHeaderThatIsNotUnderstoodIs401(changes: [String: JSONValue]) async throws {
        let issuer = try await TestIssuer.make()
        _ = try await refusal(issuer.token(header: changes), by: authenticator(TestIssuer.keySet(issuer)))
    }

    @Test(arguments: ["a", "a.b", "a.b.c", "..", "e30.e30.e30", "e30.e30.e30.e30", "e30=.e30.e30"])
    func whatIsNoTokenIs401(token: String) async throws {
        let issuer = try await TestIssuer.make()
        _ = try await refusal(token, by: authenticator(TestIssuer.keySet(issuer)))
    }

    @Test func aChangedTokenIs401() async throws {
        let issuer = try await TestIssuer.make()
        let jwt = authenticator(TestIssuer.keySet(issuer))
        let parts = try issuer.token().split(separator: ".")
        let others = try issuer.token(claims: ["sub": "eve"]).split(separator: ".")
        _ = try await refusal("\(parts[0]).\(others[1]).\(parts[2])", by: jwt)
    }

    @Test func withoutAnIdentityProviderAJWTIs401() async throws {
        let issuer = try await TestIssuer.make()
        let answer = try await exchange(.get, "/me", headers: ["Authorization": "Bearer \(try issuer.token())"])
        #expect(answer.status == 401)
    }
}
