import Synchronization
import Testing

@testable import HTTPAPI

/// Keys that change, and a flood of names of keys that never were, over a real key server.
@Suite struct KeyRotationTests {
    private func keys(
        _ url: ProviderURL,
        pace: Duration = .seconds(3_600),
        timeout: Duration = .seconds(30)
    ) -> (KeySet, JWTAuthenticator) {
        let source = KeySetURL(url, minimumInterval: pace, timeout: timeout)
        let keys = KeySet(source, algorithms: TestIssuer.settings.algorithms, logger: .silent)
        return (keys, JWTAuthenticator(TestIssuer.settings, keys: keys))
    }

    /// What became of many requests at once: `ok`, `401`, or a problem's status.
    private func outcomes(
        of tokens: [String],
        by jwt: JWTAuthenticator
    ) async -> [String: Int] {
        await withTaskGroup(of: String.self) { group in
            for token in tokens { group.addTask { await outcome(of: token, by: jwt) } }
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
    }

    @Test func noValidTokenFailsWhileKeysChange() async throws {
        let old = try await TestIssuer.make(keyID: "old")
        let new = try await TestIssuer.make("EdDSA", keyID: "new")
        let server = TestKeyServer(TestIssuer.keySet(old))
        try await server.run { (url: ProviderURL) async throws in
            let (keys, jwt) = keys(url)
            let oldTokens = try (0..<200).map { try old.token(claims: ["sub": .string("user\($0)")]) }
            let newTokens = try (0..<200).map { try new.token(claims: ["sub": .string("user\($0)")]) }
            #expect(await outcomes(of: oldTokens, by: jwt) == ["ok": 200])
            #expect(server.count == 1)

            // The provider adds a key and signs with it at once, while tokens of the old one are still about.
            server.serve(TestIssuer.keySet(old, new))
            #expect(await outcomes(of: newTokens + oldTokens, by: jwt) == ["ok": 400])
            #expect(server.count == 2)

            // The old key goes; the next reading finds it gone, for tokens that were verified before as well.
            server.serve(TestIssuer.keySet(new))
            await keys.read()
            #expect(await outcomes(of: newTokens, by: jwt) == ["ok": 200])
            #expect(await outcomes(of: oldTokens, by: jwt) == ["401": 200])
            #expect(server.count == 3)
        }
    }

    @Test func aReadingFromBeforeTheChangeIsNotTheLastWord() async throws {
        let old = try await TestIssuer.make(keyID: "old")
        let new = try await TestIssuer.make(keyID: "new")
        let server = TestKeyServer(TestIssuer.keySet(old))
        try await server.run { (url: ProviderURL) async throws in
            let (keys, jwt) = keys(url)
            let release = server.hold()
            // The answer to this one is made now, and arrives late.
            let reading = Task { await keys.read() }
            while server.count < 1 { await Task.yield() }
            server.serve(TestIssuer.keySet(old, new))
            let request = Task { try await outcome(of: new.token(), by: jwt) }
            try await Task.sleep(for: .milliseconds(50))
            release()
            #expect(try await request.value == "ok")
            await reading.value
            #expect(server.count == 2)
        }
    }

    @Test func aKeyWithoutANameChangesToo() async throws {
        let old = try await TestIssuer.make()
        let new = try await TestIssuer.make()
        var (oldKey, newKey) = (old.jwk, new.jwk)
        (oldKey["kid"], newKey["kid"]) = (nil, nil)
        let server = TestKeyServer(TestIssuer.keySet(adding: [oldKey]))
        try await server.run { (url: ProviderURL) async throws in
            let (_, jwt) = keys(url)
            #expect(try await outcome(of: old.token(header: ["kid": .null]), by: jwt) == "ok")
            server.serve(TestIssuer.keySet(adding: [newKey]))
            #expect(try await outcome(of: new.token(header: ["kid": .null]), by: jwt) == "ok")
            #expect(try await outcome(of: old.token(header: ["kid": .null]), by: jwt) == "401")
        }
    }

    @Test func aFloodOfUnknownKeysIsBoundedAndSlowsNobody() async throws {
        let issuer = try await TestIssuer.make()
        let server = TestKeyServer(TestIssuer.keySet(issuer))
        try await server.run { (url: ProviderURL) async throws in
            let (_, jwt) = keys(url)
            #expect(try await outcome(of: issuer.token(), by: jwt) == "ok")
            let flood = try (0..<1_000).map { try issuer.token(header: ["kid": .string("made-up-\($0)")]) }
            let release = server.hold()
            let flooding = Task { await outcomes(of: flood, by: jwt) }
            while server.count < 2 { await Task.yield() }
            // The key server does not answer now; whoever has a good token does not care.
            for number in 0..<100 {
                let token = try issuer.token(claims: ["sub": .string("user\(number)")])
                #expect(await outcome(of: token, by: jwt) == "ok")
            }
            #expect(server.count == 2)
            release()
            let answers = await flooding.value
            #expect(answers["ok"] == nil)
            #expect((answers["401"] ?? 0) + (answers["429"] ?? 0) == 1_000)
            for token in flood { #expect(["401", "429"].contains(await outcome(of: token, by: jwt))) }
            #expect(server.count <= 1 + KeySearch.burst)
            #expect(try await outcome(of: issuer.token(), by: jwt) == "ok")
        }
    }

    @Test func aNewKeyIsFoundInTheMidstOfAFlood() async throws {
        let issuer = try await TestIssuer.make()
        let new = try await TestIssuer.make(keyID: "new")
        let server = TestKeyServer(TestIssuer.keySet(issuer))
        try await server.run { (url: ProviderURL) async throws in
            let (_, jwt) = keys(url, pace: .milliseconds(300))
            for number in 0..<KeySearch.burst + 1 {
                _ = try await outcome(of: issuer.token(header: ["kid": .string("made-up-\(number)")]), by: jwt)
            }
            server.serve(TestIssuer.keySet(issuer, new))
            // No search may be made yet: the request waits for the next one.
            #expect(try await outcome(of: new.token(), by: jwt) == "ok")
        }
    }
}

/// What becomes of a token: `ok`, `401`, or the status of a problem.
func outcome(of token: String, by jwt: JWTAuthenticator) async -> String {
    do {
        _ = try await jwt.authenticate(bearer: token)
        return "ok"
    } catch is AuthenticationFailure {
        return "401"
    } catch let problem as Problem {
        return "\(problem.kind.status.code)"
    } catch {
        return "\(error)"
    }
}
