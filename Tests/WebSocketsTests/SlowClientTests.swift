import HTTPAPI
import NIOCore
import Synchronization
import TestSupport
import Testing
import WebSockets

/// Clients that do not read, or do not answer.
@Suite struct SlowClientTests {
    /// Lets everybody in.
    private struct Everybody: Authenticator, Authorizer {
        func authenticate(bearer token: String) async throws -> SignIn {
            SignIn(actor: token, method: .apiToken(id: "1"))
        }

        func authorize(
            actor: String,
            permission: String,
            in scope: BranchScope,
            for context: RequestContext
        ) async throws -> AccessDecision { .allowed }
    }

    /// How a session of the server's ended.
    private final class Ending: Sendable {
        private let state = Mutex<WebSocketEnd?>(nil)

        var end: WebSocketEnd? { state.withLock { $0 } }

        func take(_ end: WebSocketEnd) { state.withLock { $0 = end } }
    }

    @Test func aClientThatReadsTooSlowlyIsDetachedWithWhereToGoOn() async throws {
        try await EchoServer.run(["outgoing-bytes": "300000", "close-ms": "5000"]) { server in
            try await RawSocket.open(server.port, "/flood") { socket in
                // More than the bound and all that the kernel keeps on the way.
                try await socket.send(text: "100000")
                try await Task.sleep(for: .milliseconds(300))
                var next = 1_000_000
                var close: RawSocket.Frame?
                while let frame = await socket.next() {
                    if frame.opcode == 8 {
                        close = frame
                        break
                    }
                    #expect(frame.text.hasPrefix("\(next):"))
                    next += 1
                }
                #expect(close?.closeCode == 1_013)
                // Everything that was accepted came, in order, and the token names what is next.
                #expect(close?.closeReason == "resume=\(next - 1_000_000)")
                #expect(next < 1_100_000)
            }
        }
    }

    @Test func aClientThatReadsIsNotDetached() async throws {
        try await EchoServer.run(["outgoing-bytes": "300000"]) { server in
            try await RawSocket.open(server.port, "/flood") { socket in
                for round in 0..<20 {
                    try await socket.send(text: "100")
                    for index in 0..<100 {
                        #expect(await socket.next()?.text.hasPrefix("\(1_000_000 + round * 100 + index):") == true)
                    }
                }
            }
        }
    }

    @Test func sendingWaitsForTheClient() async throws {
        try await EchoServer.run(["outgoing-bytes": "20000", "ping-ms": "60000"]) { server in
            try await RawSocket.open(server.port, "/steady?count=20000") { socket in
                // 20 MB, of which the bound lets the server hold 20 kB.
                try await Task.sleep(for: .milliseconds(500))
                for index in 0..<20_000 {
                    let text = await socket.next()?.text
                    guard text?.hasPrefix("\(1_000_000 + index):") == true else {
                        Issue.record("\(index): \(text?.prefix(20) ?? "nothing")")
                        return
                    }
                }
                #expect(await socket.next()?.closeCode == 1_000)
            }
        }
    }

    @Test func aClientThatReadsNothingAtAllIsCutOff() async throws {
        try await EchoServer.run(["close-ms": "300", "ping-ms": "200", "pong-ms": "200"]) { server in
            try await RawSocket.open(server.port, "/steady?count=100000") { socket in
                // Not a byte is read until the server has given up on us.
                try await Task.sleep(for: .milliseconds(1_500))
                var frames = 0
                while await socket.next() != nil { frames += 1 }
                #expect(frames < 100_000)
            }
        }
    }

    @Test func aClientThatSendsAndReadsNothingIsCutOff() async throws {
        let ending = Ending()
        let endpoint = WebSocketEndpoint(
            "/echo",
            "Echo",
            tag: "t",
            access: .open,
            subprotocols: [],
            settings: WebSocketSettings(
                framesPerSecond: 1_000_000,
                frameBurst: 1_000_000,
                pingInterval: .seconds(1),
                pongTimeout: .milliseconds(500),
                closeTimeout: .milliseconds(300)
            )
        ) { _ in
            { socket in
                socket.session.whenEnded { ending.take($0) }
                for await message in socket.session.messages {
                    try await socket.session.send(WebSocketOutgoing(message))
                }
            }
        }
        let services = EndpointServices(
            authenticator: Everybody(),
            authorizer: Everybody(),
            cursors: CursorSeal(key: [UInt8](repeating: 7, count: 32))
        )
        try await SocketServer.run([endpoint], services) { port in
            try await RawSocket.open(port) { socket in
                let message = ByteBuffer(bytes: RawSocket.frame(0x82, [UInt8](repeating: 1, count: 60_000)))
                // 120 MB: more than both ways hold, so that the server's answers and then our messages wait.
                for _ in 0..<2_000 { socket.channel.writeAndFlush(message, promise: nil) }
                let isOver = try await eventually { ending.end != nil }
                #expect(isOver)
                #expect(ending.end?.close.code == .tryAgainLater)
            }
        }
    }

    @Test func pingsThatAreNotAnsweredEndTheSocket() async throws {
        try await EchoServer.run(["ping-ms": "200", "pong-ms": "900"]) { server in
            try await RawSocket.open(server.port) { socket in
                let started = ContinuousClock.now
                #expect(await socket.next()?.opcode == 9)
                // Messages are no answer.
                try await socket.send(text: "x")
                #expect(await socket.next()?.text == "x")
                #expect(await socket.next()?.closeCode == 4_408)
                #expect(.now - started < .seconds(8))
            }
            try await RawSocket.open(server.port) { socket in
                for _ in 0..<4 {
                    guard let ping = await socket.next(), ping.opcode == 9 else {
                        Issue.record("There was no ping.")
                        return
                    }
                    try await socket.send(0x8A, ping.payload)
                }
            }
            // A pong of other content is not the answer, and none can be guessed.
            for guess: [UInt8] in [[9, 9], [0, 0, 0, 0, 0, 0, 0, 1]] {
                try await RawSocket.open(server.port) { socket in
                    #expect(await socket.next()?.opcode == 9)
                    try await socket.send(0x8A, guess)
                    #expect(await socket.next()?.closeCode == 4_408)
                }
            }
        }
    }

    @Test func aFrameThatDripsMeetsTheSameDeadline() async throws {
        try await EchoServer.run(["ping-ms": "200", "pong-ms": "300"]) { server in
            try await RawSocket.open(server.port) { socket in
                let frame = RawSocket.frame(0x82, [UInt8](repeating: 1, count: 1_000))
                for byte in frame.prefix(40) {
                    guard (try? await socket.send([byte])) != nil else { break }
                    try await Task.sleep(for: .milliseconds(25))
                }
                #expect(await socket.nextMessage()?.closeCode == 4_408)
            }
        }
    }

    @Test func aCloseThatIsNotAnsweredMeetsADeadline() async throws {
        try await EchoServer.run(["close-ms": "300"]) { server in
            try await RawSocket.open(server.port) { socket in
                try await socket.send(text: "done")
                #expect(await socket.next()?.closeCode == 1_000)
                let started = ContinuousClock.now
                #expect(await socket.next() == nil)
                #expect(.now - started < .seconds(2))
            }
        }
    }

    @Test func messagesThatNobodyTakesHoldTheClientBack() async throws {
        try await EchoServer.run(["frames-per-second": "1000000", "frame-burst": "1000000"]) { server in
            try await RawSocket.open(server.port, "/stubborn") { socket in
                let message = ByteBuffer(bytes: RawSocket.frame(0x82, [UInt8](repeating: 1, count: 60_000)))
                let taken = Atomic(0)
                // 120 MB, of which the kernel's buffers at both ends hold a few.
                for _ in 0..<2_000 {
                    socket.channel.writeAndFlush(message).whenSuccess { taken.wrappingAdd(1, ordering: .relaxed) }
                }
                try await Task.sleep(for: .seconds(1))
                #expect(taken.load(ordering: .relaxed) < 1_000)
                #expect(taken.load(ordering: .relaxed) > 0)
            }
        }
    }
}
