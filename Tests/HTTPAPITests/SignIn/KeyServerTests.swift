import JSON
import Logging
import Synchronization
import Testing

@testable import HTTPAPI

/// A key server that fails in every way.
@Suite struct KeyServerTests {
    private static let wrongs = TestKeyServer.Mood.allCases.filter { $0 != .right }

    private func keySet(_ source: any KeySetSource, _ logger: Logger = .silent) -> KeySet {
        KeySet(source, algorithms: TestIssuer.settings.algorithms, logger: logger)
    }

    @Test(arguments: wrongs)
    func theLastGoodKeysGoOnWhateverTheServerDoes(mood: TestKeyServer.Mood) async throws {
        let issuer = try await TestIssuer.make()
        let stranger = try await TestIssuer.make()
        let server = TestKeyServer(TestIssuer.keySet(issuer), elsewhere: TestIssuer.keySet(stranger))
        try await server.run { (url: ProviderURL) async throws in
            let lines = LogLines()
            let source = KeySetURL(url, minimumInterval: .zero, timeout: .seconds(4))
            let keys = keySet(source, lines.logger)
            let jwt = JWTAuthenticator(TestIssuer.settings, keys: keys)
            #expect(try await outcome(of: issuer.token(), by: jwt) == "ok")

            server.become(mood)
            let began = ContinuousClock.now
            // Its key may exist: the client is told to try again.
            #expect(try await outcome(of: issuer.token(header: ["kid": "new"]), by: jwt) == "503")
            // Far longer than the time allowed, far shorter than what the dripping and the silent server take.
            #expect(ContinuousClock.now - began < .seconds(15))
            #expect(lines.warnings.count == 1)
            #expect(lines.warnings.first?.contains("seconds ago go on") == true)

            #expect(try await outcome(of: issuer.token(claims: ["sub": "eve"]), by: jwt) == "ok")
            #expect(try await outcome(of: stranger.token(), by: jwt) == "401")
            #expect(await keys.obstacle() == nil)
            #expect(keys.generation == 1)

            server.become(.right)
            await keys.read()
            #expect(lines.text.contains("can be read again"))
            #expect(try await outcome(of: issuer.token(header: ["kid": "new"]), by: jwt) == "401")
        }
    }

    @Test(arguments: wrongs)
    func aServerThatIsWrongFromTheStartSignsNobodyIn(mood: TestKeyServer.Mood) async throws {
        let issuer = try await TestIssuer.make()
        let server = TestKeyServer(TestIssuer.keySet(issuer), elsewhere: TestIssuer.keySet(issuer))
        server.become(mood)
        try await server.run { (url: ProviderURL) async throws in
            let keys = keySet(KeySetURL(url, minimumInterval: .zero, timeout: .milliseconds(200)))
            let jwt = JWTAuthenticator(TestIssuer.settings, keys: keys)
            #expect(try await outcome(of: issuer.token(), by: jwt) == "503")
            #expect(await keys.obstacle() != nil)
        }
    }

    @Test func keysThatCannotBeReadAgainGrowTooOld() async throws {
        let issuer = try await TestIssuer.make()
        let server = TestKeyServer(TestIssuer.keySet(issuer))
        let ahead = Mutex(Duration.zero)
        let start = ContinuousClock.now
        try await server.run { (url: ProviderURL) async throws in
            let keys = KeySet(
                KeySetURL(url, minimumInterval: .zero, timeout: .seconds(5)),
                algorithms: TestIssuer.settings.algorithms,
                maximumAge: .seconds(3_600),
                logger: .silent,
                clock: { start.advanced(by: ahead.withLock { $0 }) }
            )
            let jwt = JWTAuthenticator(TestIssuer.settings, keys: keys)
            let token = try issuer.token()
            #expect(await outcome(of: token, by: jwt) == "ok")
            server.become(.error)
            ahead.withLock { $0 = .seconds(3_600) }
            await keys.read()
            #expect(await outcome(of: token, by: jwt) == "ok")
            ahead.withLock { $0 = .seconds(3_601) }
            // It was verified before, and is not good for that.
            #expect(await outcome(of: token, by: jwt) == "503")
            #expect(await keys.obstacle()?.contains("too old") == true)
            ahead.withLock { $0 = .seconds(3_602) }
            server.become(.right)
            #expect(await outcome(of: token, by: jwt) == "ok")
            #expect(await keys.obstacle() == nil)
        }
    }

    @Test func whatHasNotChangedIsNotNews() async throws {
        let issuer = try await TestIssuer.make()
        let server = TestKeyServer(TestIssuer.keySet(issuer))
        try await server.run { (url: ProviderURL) async throws in
            let keys = keySet(KeySetURL(url))
            await keys.read()
            await keys.read()
            #expect(server.count == 2)
            #expect(keys.generation == 1)
        }
    }

    @Test func nobodyListeningIsAnError() async throws {
        let url = try #require(ProviderURL("http://127.0.0.1:1/jwks"))
        await #expect(throws: KeySetError.self) { try await KeySetURL(url, timeout: .milliseconds(300)).read() }
    }
}

/// Keeps what is logged.
final class LogLines: Sendable {
    private let lines = Mutex<[(Logger.Level, String)]>([])

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }
    var text: String { lines.withLock { $0.map(\.1).joined(separator: "\n") } }
    var warnings: [String] { lines.withLock { $0.filter { $0.0 >= .warning }.map(\.1) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let details = event.metadata.map { " \($0)" } ?? ""
            lines.lines.withLock { $0.append((event.level, "\(event.message)" + details)) }
        }
    }
}
