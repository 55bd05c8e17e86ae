import Foundation
import OpenSSL
import TestSupport
import Testing

/// How a connection becomes a socket, or does not.
@Suite struct UpgradeTests {
    private static func status(
        _ port: Int,
        _ target: String,
        _ fields: [String: String?] = [:],
        version: String = "1.1"
    ) async throws -> (status: Int, body: String, head: String) {
        try await RawSocket.open(port, target, fields: fields, version: version) { socket in
            (socket.status, socket.status == 101 ? "" : await socket.rest(), socket.head)
        }
    }

    @Test func aRefusalHasItsStatusAndIsAProblem() async throws {
        let token = "daybook.bearer." + Base64.encode(Array("token-ada".utf8), .urlSafe)
        let cases: [(String, [String: String?], Int)] = [
            ("/echo", [:], 101), ("/echo", ["Sec-WebSocket-Version": "8"], 426),
            ("/echo", ["Sec-WebSocket-Key": nil], 400), ("/echo", ["Sec-WebSocket-Protocol": "other"], 400),
            ("/echo", ["Origin": "https://evil.example"], 403), ("/echo", ["Origin": "http://a"], 101),
            ("/echo", ["Origin": "https://console.example"], 101), ("/echo?refuse=404", [:], 404),
            ("/echo?unknown=1", [:], 400), ("/nowhere", [:], 404), ("/guarded", [:], 401),
            ("/guarded", ["Authorization": "Bearer other"], 401),
            ("/guarded", ["Authorization": "Bearer token-ada"], 101),
            ("/guarded", ["Authorization": "Bearer token-eve"], 403),
            ("/guarded", ["Sec-WebSocket-Protocol": "echo.v1, \(token)"], 101),
            ("/guarded", ["Sec-WebSocket-Protocol": "echo.v1, daybook.bearer.AAAA"], 401),
        ]
        try await EchoServer.run(["origin": "https://console.example"]) { server in
            for (target, fields, expected) in cases {
                let answer = try await Self.status(server.port, target, fields)
                #expect(answer.status == expected, "\(target) \(fields)")
                guard expected != 101 else { continue }
                #expect(answer.head.contains("application/problem+json"))
                #expect(answer.body.contains(#""status":\#(expected)"#))
                #expect(answer.head.lowercased().contains("connection: close"))
                if expected == 426 { #expect(answer.head.contains("Sec-WebSocket-Version: 13")) }
            }
        }
    }

    @Test func theAnswerNamesTheSubprotocolAndTheTraceButNoToken() async throws {
        try await EchoServer.run { server in
            let token = "daybook.bearer." + Base64.encode(Array("token-ada".utf8), .urlSafe)
            let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            try await RawSocket.open(
                server.port,
                "/guarded",
                fields: ["Sec-WebSocket-Protocol": "\(token), echo.v1", "traceparent": trace]
            ) { socket in
                #expect(socket.field("Sec-WebSocket-Protocol") == "echo.v1")
                #expect(socket.field("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                #expect(socket.field("traceparent")?.contains("0af7651916cd43dd8448eb211c80319c") == true)
                #expect(socket.field("Content-Length") == nil)
                #expect(socket.field("Transfer-Encoding") == nil)
                #expect(!socket.head.contains(token))
                try await socket.send(text: "who")
                #expect(await socket.next()?.text == "ada")
            }
        }
    }

    @Test func otherUpgradesAreAnsweredAsPlainHTTP() async throws {
        try await EchoServer.run { server in
            let plain = try await Self.status(server.port, "/open", ["Upgrade": "h2c"])
            #expect(plain.status == 200)
            #expect(plain.body == "hello")
            #expect(try await Self.status(server.port, "/echo", ["Upgrade": "h2c"]).status == 426)
            #expect(try await Self.status(server.port, "/open", [:]).status == 200)
            let curl = try await Program.run([
                "curl", "-s", "-m", "10", "--http2", "-w", " %{http_code} %{http_version}",
                "http://127.0.0.1:\(server.port)/open",
            ])
            #expect(curl.output == "hello 200 1.1")
        }
    }

    @Test func anUpgradeOfHTTP10IsIgnored() async throws {
        try await EchoServer.run { server in
            let answer = try await Self.status(server.port, "/echo", version: "1.0")
            #expect(answer.status == 426)
        }
    }

    @Test func aConnectionThatHasServedRequestsBecomesASocketToo() async throws {
        try await EchoServer.run { server in
            let get = Array("GET /open HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
            try await RawSocket.open(server.port, "/open", fields: ["Connection": nil, "Upgrade": nil], behind: get) {
                socket in
                #expect(socket.status == 200)
                let upgrade = RawSocket.fields.map { "\($0): \($1)\r\n" }.joined()
                try await socket.send(Array("GET /echo HTTP/1.1\r\n\(upgrade)\r\n".utf8))
                try await socket.send(text: "x")
                try await socket.send(0x88, [3, 232])
                let rest = await socket.rest()
                #expect(rest.contains("HTTP/1.1 101 "))
                #expect(rest.contains("\u{81}\u{1}x") || rest.contains("x"))
            }
        }
    }

    @Test func framesThatCameRightBehindTheRequestAreNotLost() async throws {
        try await EchoServer.run { server in
            let early = RawSocket.frame(0x81, Array("early".utf8)) + RawSocket.frame(0x81, Array("bird".utf8))
            try await RawSocket.open(server.port, behind: early) { socket in
                #expect(await socket.next()?.text == "early")
                #expect(await socket.next()?.text == "bird")
            }
        }
    }

    @Test func usersAndAddressesHaveTheirShare() async throws {
        try await EchoServer.run(["sockets-per-actor": "2", "sockets": "3"]) { server in
            let ada: [String: String?] = ["Authorization": "Bearer token-ada"]
            try await RawSocket.open(server.port, "/guarded", fields: ada) { first in
                try await RawSocket.open(server.port, "/guarded", fields: ada) { _ in
                    let third = try await Self.status(server.port, "/guarded", ada)
                    #expect(third.status == 429)
                    #expect(third.head.lowercased().contains("retry-after: "))
                    try await RawSocket.open(server.port, "/guarded", fields: ["Authorization": "Bearer token-bob"]) {
                        _ in
                        let fourth = try await Self.status(
                            server.port,
                            "/guarded",
                            ["Authorization": "Bearer token-cyd"]
                        )
                        #expect(fourth.status == 503)
                    }
                }
                // A place is free again as soon as its socket is closed.
                try await first.send(0x88, [3, 232])
                _ = await first.rest()
                // The server may hear of the end of the other one a moment later.
                var status = 429
                _ = try await eventually(every: .milliseconds(50)) {
                    status = try await Self.status(server.port, "/guarded", ada).status
                    return status != 429
                }
                #expect(status == 101)
            }
        }
    }

    @Test func theIdleRuleOfRequestsEndsWithTheUpgrade() async throws {
        try await EchoServer.run(["idle-ms": "3000"]) { server in
            try await RawSocket.open(server.port) { socket in
                try await Task.sleep(for: .milliseconds(4_500))
                try await socket.send(text: "still here")
                #expect(await socket.next()?.text == "still here")
            }
        }
    }
}
