import TestSupport
import Testing

/// Signing in with the first message, and being signed out.
@Suite struct SignInTests {
    private let later: [String: String?] = ["Sec-WebSocket-Protocol": "echo.v1, daybook.bearer"]

    @Test func theFirstMessageSignsIn() async throws {
        try await EchoServer.run { server in
            try await RawSocket.open(server.port, "/guarded", fields: later) { socket in
                #expect(socket.field("Sec-WebSocket-Protocol") == "echo.v1")
                try await socket.send(text: #"{"authorization": "Bearer token-ada"}"#)
                try await socket.send(text: "who")
                #expect(await socket.next()?.text == "ada")
            }
        }
    }

    @Test func aFirstMessageThatDoesNotSignInCloses() async throws {
        try await EchoServer.run { server in
            for (message, code) in [
                (#"{"authorization": "Bearer token-eve"}"#, 4_403), (#"{"authorization": "Bearer other"}"#, 4_401),
                (#"{"authorization": 1}"#, 4_401), ("hello", 4_401), (#"{"authorization": "Basic x"}"#, 4_401),
            ] {
                try await RawSocket.open(server.port, "/guarded", fields: later) { socket in
                    try await socket.send(text: message)
                    #expect(await socket.next()?.closeCode == code, "\(message)")
                }
            }
        }
    }

    @Test func aSignInThatDoesNotComeMeetsADeadlineAndWaitingPlacesAreFew() async throws {
        try await EchoServer.run(["sign-in-ms": "3000", "sockets-waiting": "1"]) { server in
            try await RawSocket.open(server.port, "/guarded", fields: later) { socket in
                let second = try await RawSocket.open(server.port, "/guarded", fields: later) { $0.status }
                #expect(second == 503)
                #expect(await socket.next()?.closeCode == 4_401)
            }
        }
    }

    @Test(arguments: [("token", 4_401), ("permission", 4_403)])
    func whoMayNoLongerBeHereIsClosed(what: String, code: Int) async throws {
        try await EchoServer.run { server in
            try await RawSocket.open(server.port, "/guarded", fields: ["Authorization": "Bearer token-ada"]) { ada in
                try await RawSocket.open(server.port, "/guarded", fields: ["Authorization": "Bearer token-bob"]) {
                    bob in
                    // Both are in conversation.
                    try await ada.send(text: "who")
                    #expect(await ada.next()?.text == "ada")
                    try await bob.send(text: "who")
                    #expect(await bob.next()?.text == "bob")
                    let revoked = try await Program.run([
                        "curl", "-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}", "-X", "POST",
                        "http://127.0.0.1:\(server.port)/revoke/\(what)/ada",
                    ])
                    #expect(revoked.output == "204")
                    #expect(await ada.next()?.closeCode == code)
                    try await bob.send(text: "who")
                    #expect(await bob.next()?.text == "bob")
                }
            }
        }
    }
}
