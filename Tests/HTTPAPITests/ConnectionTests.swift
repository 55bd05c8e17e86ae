import Foundation
import NIOCore
import TestSupport
import Testing

@testable import HTTPAPI

/// What connections bear, over real sockets.
@Suite struct ConnectionTests {
    private let get = "GET /open HTTP/1.1\r\nHost: a\r\n"

    private func answers(_ text: String) -> Int {
        text.components(separatedBy: "HTTP/1.1 ").count - 1
    }

    /// One connection, everything sent at once, and everything that comes until it is closed.
    private func whole(_ request: String, settings: ServerSettings = ServerSettings(port: 0)) async throws -> String {
        try await withTestAPI(settings: settings) { port in
            try await RawConnection.open(port) { reader, writer in
                try await writer.send(request)
                return try await reader.readToEnd()
            }
        }
    }

    @Test func anUpgradeThatIsNotOnOfferIsAnsweredAndTheConnectionClosed() async throws {
        for upgrade in ["h2c", "websocket", "TLS/1.0"] {
            let text = try await whole(
                "\(get)Connection: Upgrade, HTTP2-Settings\r\nUpgrade: \(upgrade)\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n"
            )
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.lowercased().contains("\r\nconnection: close\r\n"))
            #expect(text.hasSuffix("\r\n\r\nhello"))
        }
    }

    @Test func curlWithHTTP2GetsEveryAnswer() async throws {
        try await withTestAPI { port in
            let output = try await run(
                "curl",
                "-s",
                "-m",
                "10",
                "--http2",
                "-w",
                "%{http_code} ",
                "http://127.0.0.1:\(port)/open",
                "http://127.0.0.1:\(port)/open",
                "http://127.0.0.1:\(port)/nowhere",
                "-o",
                "/dev/null",
                "-o",
                "/dev/null",
                "-o",
                "/dev/null"
            )
            #expect(output == "200 200 404 ")
            let posted = try await run(
                "curl",
                "-s",
                "-m",
                "10",
                "--http2",
                "-X",
                "PUT",
                "-d",
                #"{"name":"x"}"#,
                "-H",
                "Content-Type: application/json",
                "-H",
                "Authorization: Bearer \(TestAPI.token)",
                "-w",
                " %{http_code}",
                "http://127.0.0.1:\(port)/roles/r1"
            )
            #expect(posted.hasSuffix(" 200"))
        }
    }

    @Test func requestsShareAConnection() async throws {
        try await withTestAPI { port in
            try await RawConnection.open(port) { reader, writer in
                try await writer.send("\(get)\r\n\(get)\r\n")
                let text = try await reader.read(until: "hello", times: 2)
                #expect(answers(text) == 2)
            }
        }
    }

    @Test(arguments: ["Connection: close", "Connection: Upgrade\r\nUpgrade: h2c"])
    func theRequestThatEndsAConnectionEndsItAfterItsOwnAnswer(field: String) async throws {
        let text = try await whole("\(get)\r\n\(get)\r\n\(get)\(field)\r\n\r\n")
        #expect(answers(text) == 3, "\(text)")
        let heads = text.lowercased().components(separatedBy: "http/1.1 ").dropFirst()
        #expect(heads.map { $0.contains("connection: close") } == [false, false, true])
    }

    @Test func http10IsAnsweredWithAClose() async throws {
        let text = try await whole("GET /open HTTP/1.0\r\n\r\n")
        #expect(text.hasSuffix("hello"))
        #expect(text.lowercased().contains("connection: close"))
    }

    @Test(arguments: [
        "NONSENSE\r\n\r\n", "GET /open HTTP/1.1\r\n\r\n", "GET /open HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n",
        "GET /open HTTP/1.1\r\nHost a\r\n\r\n", "GET /open HTTP/1.1\r\nA: b\u{1}c\r\n\r\n",
        "GET /open HTTP/3.7\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}",
        "POST /open HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "POST /open HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\n",
        "POST /open HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ])
    func whatIsNotHTTPIs400AndClosed(request: String) async throws {
        let text = try await whole(request)
        #expect(text.hasPrefix("HTTP/1.1 400 "))
        #expect(text.contains("application/problem+json"))
        #expect(answers(text) == 1)
    }

    @Test func headerFieldsBeyondTheLimitAre431() async throws {
        let large = try await whole("\(get)X-Large: \(String(repeating: "x", count: 40_000))\r\n\r\n")
        #expect(large.hasPrefix("HTTP/1.1 431 "))
        let many = try await whole(get + (0..<150).map { "X-\($0): y\r\n" }.joined() + "\r\n")
        #expect(many.hasPrefix("HTTP/1.1 431 "))
        let long = try await whole("GET /\(String(repeating: "a", count: 100_000)) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(long.hasPrefix("HTTP/1.1 4"))
    }

    @Test func aHeadThatDripsIsCutOff() async throws {
        let settings = ServerSettings(port: 0, idleTimeout: .milliseconds(300))
        try await withTestAPI(settings: settings) { port in
            try await RawConnection.open(port) { reader, writer in
                let started = ContinuousClock.now
                try await writer.send("GET /open HTTP/1.1\r\n")
                let dripping = Task {
                    for number in 0..<400 {
                        try? await writer.send("X-\(number): y\r\n")
                        try await Task.sleep(for: .milliseconds(50))
                    }
                }
                defer { dripping.cancel() }
                _ = try await reader.readToEnd()
                #expect(.now - started < .seconds(12))
            }
        }
    }

    @Test func aBodyThatDripsIs408() async throws {
        let settings = ServerSettings(port: 0, requestTimeout: .milliseconds(300))
        try await withTestAPI(settings: settings) { port in
            try await RawConnection.open(port) { reader, writer in
                try await writer.send(put(contentLength: 500))
                let dripping = Task {
                    for _ in 0..<100 {
                        try? await writer.send(" ")
                        try await Task.sleep(for: .milliseconds(50))
                    }
                }
                defer { dripping.cancel() }
                let text = try await reader.readToEnd()
                #expect(text.hasPrefix("HTTP/1.1 408 "))
            }
        }
    }

    @Test func aBodyBeyondTheLimitIs413WithoutReadingIt() async throws {
        let text = try await whole(put(contentLength: 10_000_000_000) + "{")
        #expect(text.hasPrefix("HTTP/1.1 413 "))
        #expect(text.lowercased().contains("connection: close"))
    }

    @Test func aChunkedBodyBeyondTheLimitIs413() async throws {
        let head = put(contentLength: nil)
        let chunk = "1000\r\n\(String(repeating: " ", count: 4_096))\r\n"
        let text = try await whole(head + String(repeating: chunk, count: 20))
        #expect(text.hasPrefix("HTTP/1.1 413 "))
    }

    @Test func aChunkedBodyArrives() async throws {
        try await withTestAPI { port in
            try await RawConnection.open(port) { reader, writer in
                try await writer.send(put(contentLength: nil) + "5\r\n{\"nam\r\n7\r\ne\":\"x\"}\r\n0\r\n\r\n")
                let text = try await reader.read(until: "\"key\"")
                #expect(text.hasPrefix("HTTP/1.1 200 "))
            }
        }
    }

    @Test func anExpectationIsMetUnlessTheBodyIsTooLarge() async throws {
        try await withTestAPI { port in
            try await RawConnection.open(port) { reader, writer in
                try await writer.send(put(contentLength: 12, "Expect: 100-continue\r\n"))
                #expect(try await reader.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 Continue"))
                try await writer.send(#"{"name":"x"}"#)
                #expect(try await reader.read(until: "\"key\"").contains("HTTP/1.1 200 "))
            }
            try await RawConnection.open(port) { reader, writer in
                try await writer.send(put(contentLength: 10_000_000, "Expect: 100-continue\r\n"))
                #expect(try await reader.readToEnd().hasPrefix("HTTP/1.1 413 "))
            }
        }
    }

    @Test func anExpectationIsMetForAsMuchAsTheEndpointsOwnLimit() async throws {
        let large = Endpoint(
            .post,
            "/large",
            "Take much",
            tag: "t",
            access: .open,
            inputs: JSONBody(RoleName.self, maximumBytes: 1_000_000),
            outputs: .text("Taken.")
        ) { _, _ in .text("taken") }
        try await withTestAPI(adding: [large]) { port in
            try await RawConnection.open(port) { reader, writer in
                let body = String(repeating: " ", count: 200_000) + #"{"name":"x"}"#
                try await writer.send(
                    "POST /large HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                        + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                )
                #expect(try await reader.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 Continue"))
                try await writer.send(body)
                #expect(try await reader.read(until: "taken").contains("HTTP/1.1 200 "))
            }
        }
    }

    @Test func aRunningRequestIsAnsweredAtShutdown() async throws {
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let slow = Endpoint(.get, "/slow", "Be slow", tag: "t", access: .open, outputs: .text("Late.")) { _ in
            begin.yield()
            try await Task.sleep(for: .milliseconds(300))
            return .text("late")
        }
        let text = try await withTestAPI(adding: [slow]) { port in
            let answer = Task {
                try await RawConnection.open(port) { reader, writer in
                    try await writer.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
                    return try await reader.readToEnd()
                }
            }
            for await _ in begun { break }
            return answer
        }.value
        #expect(text.hasSuffix("late"))
    }

    @Test func aClientThatStaysDoesNotHoldUpShutdown() async throws {
        let settings = ServerSettings(port: 0, requestTimeout: .seconds(600), shutdownGrace: .milliseconds(200))
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let (staying, stopped) = try await withTestAPI(settings: settings) { port in
            let staying = Task {
                try await RawConnection.open(port) { reader, writer in
                    try await writer.send(put(contentLength: 500, "Expect: 100-continue\r\n"))
                    _ = try await reader.read(until: "\r\n\r\n")
                    begin.yield()
                    return try await reader.readToEnd()
                }
            }
            for await _ in begun { break }
            return (staying, ContinuousClock.now)
        }
        _ = try? await staying.value
        #expect(.now - stopped < .seconds(60))
    }

    private func put(contentLength: Int?, _ fields: String = "") -> String {
        let length = contentLength.map { "Content-Length: \($0)" } ?? "Transfer-Encoding: chunked"
        return "PUT /roles/r1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(TestAPI.token)\r\n\(fields)"
            + "Content-Type: application/json\r\n\(length)\r\n\r\n"
    }

    private func run(_ command: String...) async throws -> String { try await Program.run(command).output }
}
