import JSON
import OpenSSL
import Testing

@testable import HTTPAPI

/// Tokens of another implementation: right ones of every algorithm, and forged ones of every kind that is known.
@Suite struct KeyConfusionTests {
    @Test func onlyWhatTheRightKeySignedForTheRightUseSignsIn() async throws {
        let server = TestKeyServer([])
        try await server.run { (url: ProviderURL) async throws in
            let signer = try await IndependentSigner.run(pointingTo: url.text)
            server.serve(signer.keys)
            let source = KeySetURL(url, minimumInterval: .seconds(3_600))
            let keys = KeySet(source, algorithms: TestIssuer.settings.algorithms, logger: .silent)
            let jwt = JWTAuthenticator(TestIssuer.settings, keys: keys)
            #expect(signer.accepted.count == 18)
            for (name, token) in signer.accepted {
                let outcome = await outcome(of: token, by: jwt)
                #expect(outcome == "ok", "\(name)")
            }
            #expect(server.count == 1)
            #expect(signer.refused.count > 200)
            for (name, token) in signer.refused {
                let outcome = await outcome(of: token, by: jwt)
                // A name that is not known may wait for the next search of the keys.
                #expect(outcome == "401" || outcome == "429", "\(name)")
            }
            // The places that tokens name are never asked: what was asked for are keys with unknown names.
            #expect(server.count <= 1 + KeySearch.burst)
        }
    }

    @Test func theEdgeRefusesThemToo() async throws {
        let signer = try await IndependentSigner.run(pointingTo: "http://127.0.0.1:1/")
        let keys = KeySet(ChangingKeySet(signer.keys), algorithms: TestIssuer.settings.algorithms, logger: .silent)
        let jwt = JWTAuthenticator(TestIssuer.settings, keys: keys)
        for (name, token) in signer.refused where !name.contains("named") && !name.contains("HMAC") {
            let answer = try await exchange(.get, "/me", headers: ["Authorization": "Bearer \(token)"], jwt: jwt)
            #expect(answer.status == 401, "\(name)")
        }
    }

    @Test func anOversizeTokenIsRefusedUnread() async throws {
        let issuer = try await TestIssuer.make()
        let keys = KeySet(
            ChangingKeySet(TestIssuer.keySet(issuer)),
            algorithms: TestIssuer.settings.algorithms,
            logger: .silent
        )
        let jwt = JWTAuthenticator(TestIssuer.settings, keys: keys)
        for (size, status) in [(5_000, 200), (9_000, 401)] {
            let token = try issuer.token(claims: ["x": .string(String(repeating: "x", count: size))])
            let answer = try await exchange(.get, "/me", headers: ["Authorization": "Bearer \(token)"], jwt: jwt)
            #expect(answer.status == status)
        }
    }

    @Test func aKeyIsWhatItSaysOrNothing() async throws {
        let issuer = try await TestIssuer.make("ES256")
        let rsa = try await TestIssuer.make("RS256")
        let wrong: [(TestIssuer, JSONObject)] = [
            (issuer, ["use": 7]), (issuer, ["use": "enc"]), (issuer, ["key_ops": "verify"]), (issuer, ["key_ops": []]),
            (issuer, ["alg": 7]), (issuer, ["alg": "RS256"]), (issuer, ["alg": "HS256"]), (issuer, ["kid": 7]),
            (issuer, ["crv": "P-384"]), (issuer, ["crv": "secp256k1"]), (issuer, ["kty": "RSA"]),
            (issuer, ["kty": "OKP"]),
            (issuer, ["x": "AQAB"]), (issuer, ["y": issuer.jwk["x"] ?? ""]), (issuer, ["d": "AQAB"]),
            (rsa, ["e": "AQ"]), (rsa, ["e": "AAAB"]), (rsa, ["e": "AQAA"]), (rsa, ["e": ""]), (rsa, ["e": "AQAAAAAB"]),
            (rsa, ["e": "AQAB="]), (rsa, ["n": "AQAB"]), (rsa, ["kty": "EC"]), (rsa, ["alg": "ES256"]),
            (rsa, ["n": .string(Base64.encode([UInt8](repeating: 0xFF, count: 2_048), .urlSafe))]),
        ]
        for (issuer, changes) in wrong {
            var key = issuer.jwk
            for member in changes.members { key[member.name] = member.value }
            await #expect(throws: KeySetError.self, "\(changes)") {
                try await VerificationKeys(
                    jwks: TestIssuer.keySet(adding: [key]),
                    algorithms: TestIssuer.settings.algorithms
                )
            }
        }
    }

    @Test func anIDThatComesTwiceIsNobodys() async throws {
        let first = try await TestIssuer.make(keyID: "twice")
        let second = try await TestIssuer.make(keyID: "twice")
        let other = try await TestIssuer.make(keyID: "once")
        func keys(_ issuers: [TestIssuer]) async throws -> VerificationKeys {
            try await VerificationKeys(
                jwks: TestIssuer.keySet(adding: issuers.map(\.jwk)),
                algorithms: TestIssuer.settings.algorithms
            )
        }
        for order in [[first, second, other], [first, second, first, other], [first, second, second, other]] {
            let keys = try await keys(order)
            #expect(keys.key("twice", for: .es256) == nil)
            #expect(keys.key("once", for: .es256) != nil)
        }
        // The same key twice is one key.
        #expect(try await keys([first, first]).key("twice", for: .es256) != nil)
        // Two without any id leave a token without one no choice that could be known to be right.
        var (one, two) = (first.jwk, second.jwk)
        (one["kid"], two["kid"]) = (nil, nil)
        await #expect(throws: KeySetError.self) {
            try await VerificationKeys(
                jwks: TestIssuer.keySet(adding: [one, two]),
                algorithms: TestIssuer.settings.algorithms
            )
        }
    }
}
