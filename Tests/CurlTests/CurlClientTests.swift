import Addresses
import Foundation
import TestSupport
import Testing

@testable import Curl

/// Transfers to a real server of HTTP.
struct CurlClientTests {
    fileprivate static func post(_ stand: StandIn, _ path: String, host: String = "127.0.0.1") -> CurlRequest {
        var request = CurlRequest(.http(method: "POST"), "https://\(host):\(stand.port)\(path)")
        request.authorities = stand.authority
        request.body = Array("hello".utf8)
        return request
    }

    private static func code(_ client: CurlClient, _ request: CurlRequest) async -> CurlError.Code? {
        do throws(CurlError) {
            _ = try await client.send(request)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func whatIsSentArrivesAndTheAnswerComesBack() async throws {
        let client = try CurlClient(reach: .anywhere)
        try await StandIn.run("http_receiver.py", "tls") { stand in
            var request = Self.post(stand, "/status/429/7")
            request.headers = [("X-One", "1")]
            request.body = Array(repeating: UInt8(ascii: "b"), count: 300_000)
            let answer = try await client.send(request)
            #expect(answer.status == 429)
            #expect(answer.body == Array("no".utf8))
            #expect(answer.retryAfter == .seconds(7))
            let seen = try await stand.next()
            #expect(seen["method"]?.string == "POST")
            #expect(seen["headers"]?["x-one"]?.string == "1")
            #expect(seen["length"]?.int64 == 300_000)
            // A second goes by the same connection.
            _ = try await client.send(CurlRequest(.http(method: "GET"), request.url).trusting(stand))
            let next = try await stand.next()
            #expect(next["method"]?.string == "GET")
            #expect(next["peer"]?.string == seen["peer"]?.string)
        }
    }

    @Test func manyGoAtOnce() async throws {
        let client = try CurlClient(reach: .anywhere)
        try await StandIn.run("http_receiver.py", "tls") { stand in
            let request = Self.post(stand, "/ok")
            let statuses = await withTaskGroup(of: Int?.self) { group in
                for _ in 0..<40 { group.addTask { try? await client.send(request).status } }
                return await group.reduce(into: [Int?]()) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 201, count: 40))
        }
    }

    /// Each leads to this machine, in a spelling that some reader of addresses takes for another.
    @Test func nothingThatLeadsIntoThePrivateIsConnectedTo() async throws {
        let client = try CurlClient(reach: .publicAddresses(orIn: []))
        let allowed = try CurlClient(reach: .publicAddresses(orIn: [try #require(IPNetwork("127.0.0.0/8"))]))
        try await StandIn.run("http_receiver.py", "tls") { stand in
            for host in [
                "localhost", "LOCALHOST", "other.localhost", "127.0.0.1", "127.1", "0x7f000001", "2130706433",
                "0177.0.0.1", "0.0.0.0",
                "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::1]", "[::]", "user@127.0.0.1", "8.8.8.8@127.0.0.1",
            ] {
                let code = await Self.code(client, Self.post(stand, "/ok", host: host))
                #expect(code == .forbiddenAddress, "\(host)")
            }
            // Nothing of it arrived: what does arrive first is this.
            _ = try await allowed.send(Self.post(stand, "/allowed"))
            #expect(try await stand.next()["path"]?.string == "/allowed")
        }
    }

    @Test func plainHTTPGoesIntoAllowedNetworksAlone() async throws {
        let allowed = try CurlClient(reach: .publicAddresses(orIn: [try #require(IPNetwork("127.0.0.1"))]))
        let other = try CurlClient(reach: .publicAddresses(orIn: [try #require(IPNetwork("10.0.0.0/8"))]))
        try await StandIn.run("http_receiver.py", "plain") { stand in
            let request = CurlRequest(.http(method: "GET"), "http://127.0.0.1:\(stand.port)/ok")
            let answer = try await allowed.send(request)
            #expect(answer.status == 201)
            #expect(await Self.code(other, request) == .forbiddenAddress)
        }
    }

    @Test func aRedirectIsNotFollowed() async throws {
        let client = try CurlClient(reach: .anywhere)
        try await StandIn.run("http_receiver.py", "tls") { stand in
            #expect(try await client.send(Self.post(stand, "/redirect")).status == 302)
            _ = try await client.send(Self.post(stand, "/last"))
            #expect(try await stand.next()["path"]?.string == "/redirect")
            #expect(try await stand.next()["path"]?.string == "/last")
        }
    }

    /// In a process of its own: a thread that reads the environment while it changes may fall over.
    /// A test that encrypts, and what of it comes back, in a process of its own in whose environment there is a proxy.
    @Test func aProxyOfTheEnvironmentIsNotUsed() async throws {
        let tests = try #require(CommandLine.arguments.first)
        let outcome = try await Program.run([
            "env", "https_proxy=http://127.0.0.1:1", "HTTPS_PROXY=http://127.0.0.1:1", tests,
            "--testing-library", "swift-testing", "--filter", "CurlClientTests.whatIsSentArrivesAndTheAnswerComesBack",
        ])
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.errors.contains("with 1 test in 1 suite passed"), "\(outcome)")
    }

    @Test func whatTakesTooLongOrIsCancelledEndsAtOnce() async throws {
        let client = try CurlClient(reach: .anywhere)
        try await StandIn.run("http_receiver.py", "tls") { stand in
            var request = Self.post(stand, "/slow")
            request.timeout = .milliseconds(300)
            #expect(await Self.code(client, request) == .timedOut)
            request.timeout = .seconds(25)
            let (waiting, began) = (request, ContinuousClock.now)
            let task = Task { await Self.code(client, waiting) }
            // Both have arrived.
            for _ in 0..<2 { _ = try await stand.next() }
            task.cancel()
            #expect(await task.value == .cancelled)
            // Who is cancelled before it begins does not begin.
            let late = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await Self.code(client, waiting)
            }
            #expect(await late.value == .cancelled)
            #expect(ContinuousClock.now - began < .seconds(15))
        }
    }

    @Test func aLongAnswerIsNotRead() async throws {
        let client = try CurlClient(reach: .anywhere)
        try await StandIn.run("http_receiver.py", "tls") { stand in
            #expect(await Self.code(client, Self.post(stand, "/long")) == .answerTooLong)
        }
    }

    @Test func aCertificateThatNobodyVouchesForIsNotTrusted() async throws {
        let client = try CurlClient(reach: .anywhere)
        try await StandIn.run("http_receiver.py", "tls") { stand in
            var request = Self.post(stand, "/ok")
            request.authorities = nil
            #expect(await Self.code(client, request) == .untrusted)
            // It is another's.
            request = Self.post(stand, "/ok", host: "other.localhost")
            #expect(await Self.code(client, request) == .untrusted)
        }
    }

    @Test func nobodyCanAddALineOrUseAnotherProtocol() async throws {
        let client = try CurlClient(reach: .anywhere)
        var request = CurlRequest(.http(method: "POST"), "https://127.0.0.1:1/")
        request.headers = [("X", "1\r\nAuthorization: x")]
        #expect(await Self.code(client, request) == .invalid)
        let mail = CurlRequest(
            .mail(from: "a@b.example>\r\nRCPT TO:<c@d.example", to: ["e@f.example"]),
            "smtp://127.0.0.1:1"
        )
        #expect(await Self.code(client, mail) == .invalid)
        for url in ["file:///etc/passwd", "gopher://127.0.0.1:1/", "smtp://127.0.0.1:1", "dict://127.0.0.1:1/"] {
            #expect(await Self.code(client, CurlRequest(.http(method: "GET"), url)) == .invalid, "\(url)")
        }
        #expect(await Self.code(client, CurlRequest(.http(method: "GET"), "https://127.0.0.1:1/")) == .unreachable)
    }

    @Test func howLongToWaitIsReadAsSecondsOrADate() {
        func after(_ text: String) -> Duration? {
            CurlAnswer(lines: ["HTTP/1.1 503", "retry-after: \(text)"]).retryAfter
        }
        #expect(after("120") == .seconds(120))
        #expect(after("0") == .zero)
        #expect(after("-5") == nil)
        #expect(after("soon") == nil)
        #expect(after("Wed, 21 Oct 2015 07:28:00 GMT") == nil)
        #expect(after("99999999999") == .seconds(31_536_000))
        #expect(
            after("Fri, 21 Oct 2033 07:28:00 GMT") == .seconds(31_536_000) || Date.now.timeIntervalSince1970 > 1.9e9
        )
        #expect(CurlAnswer().retryAfter == nil)
    }

    @Test(arguments: [
        (200, PostOutcome.taken), (201, .taken), (204, .taken), (301, .failed("status 301")),
        (400, .refused("status 400")),
        (404, .refused("status 404")), (408, .failed("status 408")), (410, .gone("status 410")),
        (425, .failed("status 425")), (429, .failed("status 429")), (500, .failed("status 500")),
        (503, .failed("status 503")),
    ])
    func aStatusSaysWhetherToTryAgain(status: Int, outcome: PostOutcome) {
        #expect(PostOutcome(CurlAnswer(status: status)) == outcome)
    }
}

extension CurlRequest {
    fileprivate func trusting(_ stand: StandIn) -> CurlRequest {
        var request = self
        request.authorities = stand.authority
        return request
    }
}
