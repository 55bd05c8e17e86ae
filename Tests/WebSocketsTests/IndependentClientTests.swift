import Testing

/// Clients that were not written here: Python's `websockets`, and zlib as Python binds it.
@Suite struct IndependentClientTests {
    @Test(arguments: ["echo", "deflate", "bomb", "limits", "browser", "fanout"])
    func pythonsWebsocketsGetsAlong(part: String) async throws {
        try await EchoServer.run(["frames-per-second": "100000", "frame-burst": "100000"]) { server in
            let outcome = try await PythonClient.run("converse.py", "\(server.port)", part)
            #expect(outcome.status == 0, "\(outcome)")
        }
    }

    /// SIGTERM with a hundred open sockets: each is told 1001, also those whose owners do not listen, and the server ends.
    @Test func aServerThatStopsTellsEverySocketAndEnds() async throws {
        try await EchoServer.run(["close-ms": "2000", "grace-ms": "500"]) { server in
            let outcome = try await PythonClient.run("shutdown.py", "\(server.port)", "\(server.processID)", "100")
            #expect(outcome.status == 0, "\(outcome)")
            let asked = ContinuousClock.now
            #expect(await server.exitStatus() == 0)
            #expect(.now - asked < .seconds(15))
        }
    }

    /// Sockets whose clients do not answer the close do not hold the server up.
    @Test func aServerThatStopsWaitsForNobodyWithoutEnd() async throws {
        try await EchoServer.run(["close-ms": "700", "grace-ms": "300"]) { server in
            try await RawSocket.open(server.port) { echo in
                try await RawSocket.open(server.port, "/stubborn") { stubborn in
                    let asked = ContinuousClock.now
                    server.terminate()
                    #expect(await echo.next()?.closeCode == 1_001)
                    #expect(await stubborn.next()?.closeCode == 1_001)
                    #expect(await server.exitStatus() == 0)
                    #expect(.now - asked < .seconds(15))
                }
            }
        }
    }
}
