import Testing

/// What the Autobahn test suite asks of a server (its categories 1 to 7 and 10), over real sockets: that suite itself needs
/// Python 2.
@Suite struct ConversationTests {
    private func closes(
        _ server: EchoServer,
        with code: Int,
        _ what: String = "",
        _ send: (inout RawSocket) async throws -> Void
    ) async throws {
        try await RawSocket.open(server.port) { socket in
            try await send(&socket)
            let frame = await socket.nextMessage()
            #expect(frame?.closeCode == code, "\(what): \(String(describing: frame))")
            // The server closes the connection itself.
            #expect(await socket.next() == nil)
        }
    }

    @Test func messagesOfAllLengthsComeBack() async throws {
        try await EchoServer.run(["frames-per-second": "100000", "frame-burst": "100000"]) { server in
            try await RawSocket.open(server.port) { socket in
                for opcode in [0x81, 0x82] as [UInt8] {
                    for length in [0, 1, 125, 126, 127, 128, 65_535, 65_536] {
                        let payload = [UInt8](repeating: 0x2A, count: length)
                        try await socket.send(opcode, payload)
                        let frame = await socket.nextMessage()
                        #expect(frame?.first == opcode)
                        #expect(frame?.payload == payload, "\(opcode) \(length)")
                    }
                }
            }
        }
    }

    @Test func bytesMayComeOneByOne() async throws {
        try await EchoServer.run { server in
            try await RawSocket.open(server.port) { socket in
                for byte in RawSocket.frame(0x81, Array("drop by drop ✓".utf8)) { try await socket.send([byte]) }
                #expect(await socket.nextMessage()?.text == "drop by drop ✓")
            }
        }
    }

    @Test func pingsAreAnsweredInBetween() async throws {
        try await EchoServer.run { server in
            try await RawSocket.open(server.port) { socket in
                try await socket.send(0x89)
                #expect(await socket.next() == .init(first: 0x8A, payload: []))
                let payload = [UInt8](repeating: 0xFE, count: 125)
                try await socket.send(0x89, payload)
                #expect(await socket.next() == .init(first: 0x8A, payload: payload))
                // Pongs that nobody asked for are nothing.
                try await socket.send(0x8A, [1, 2, 3])
                try await socket.send(0x01, Array("a".utf8))
                try await socket.send(0x89, [9])
                #expect(await socket.next() == .init(first: 0x8A, payload: [9]))
                try await socket.send(0x80, Array("b".utf8))
                #expect(await socket.next()?.text == "ab")
            }
        }
    }

    @Test func whatBreaksTheProtocolIsClosedWith1002() async throws {
        try await EchoServer.run { server in
            for first in [0xC1, 0xA1, 0x91, 0xF1, 0xC9, 0x99, 0xA8] as [UInt8] {
                try await closes(server, with: 1_002, "reserved bit \(first)") { try await $0.send(first, [65]) }
            }
            for opcode in (3...7).map({ $0 }) + (11...15).map({ $0 }) as [UInt8] {
                try await closes(server, with: 1_002, "opcode \(opcode)") { try await $0.send(0x80 | opcode, [65]) }
            }
            try await closes(server, with: 1_002, "unmasked") { try await $0.send(0x81, [65], isMasked: false) }
            try await closes(server, with: 1_002, "unmasked ping") { try await $0.send(0x89, [], isMasked: false) }
            try await closes(server, with: 1_002, "long ping") {
                try await $0.send(0x89, [UInt8](repeating: 1, count: 126))
            }
            try await closes(server, with: 1_002, "fragmented ping") { try await $0.send(0x09, [1]) }
            try await closes(server, with: 1_002, "continuation of nothing") { try await $0.send(0x80, [65]) }
            try await closes(server, with: 1_002, "two begun") {
                try await $0.send(0x01, [65])
                try await $0.send(0x81, [65])
            }
            try await closes(server, with: 1_002, "after the last fragment") {
                try await $0.send(0x01, [65])
                try await $0.send(0x00, [65])
                try await $0.send(0x81, [65])
            }
        }
    }

    @Test func textThatIsNotUTF8IsClosedWith1007() async throws {
        try await EchoServer.run { server in
            for bytes: [UInt8] in [
                [0xCE], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF],
                [0xF8, 0x88, 0x80, 0x80, 0x80],
                Array("κόσμε".utf8) + [0xED, 0xA0, 0x80] + Array("edited".utf8),
            ] {
                try await closes(server, with: 1_007, "\(bytes)") { try await $0.send(0x81, bytes) }
            }
            // Before the message is at its end.
            try await closes(server, with: 1_007) {
                try await $0.send(0x01, Array("κόσμε".utf8) + [0xF4])
                try await $0.send(0x00, [0x90])
            }
            // Binary is not text.
            try await RawSocket.open(server.port) { socket in
                try await socket.send(0x82, [0xFF, 0xFE])
                #expect(await socket.nextMessage()?.payload == [0xFF, 0xFE])
                // A character may be cut anywhere.
                for (index, byte) in Array("𝄞".utf8).enumerated() {
                    try await socket.send(index == 0 ? 0x01 : index == 3 ? 0x80 : 0x00, [byte])
                }
                #expect(await socket.nextMessage()?.text == "𝄞")
            }
        }
    }

    @Test func whatIsTooLargeIsClosedWith1009() async throws {
        try await EchoServer.run(["message-bytes": "1000"]) { server in
            try await closes(server, with: 1_009) { try await $0.send(0x82, [UInt8](repeating: 1, count: 1_001)) }
            // The length alone is enough: the bytes are not waited for.
            try await closes(server, with: 1_009) {
                try await $0.send([0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4])
            }
            try await closes(server, with: 1_009) {
                try await $0.send(0x02, [UInt8](repeating: 1, count: 600))
                try await $0.send(0x80, [UInt8](repeating: 1, count: 401))
            }
        }
    }

    @Test func closesAreAnsweredWithTheirCode() async throws {
        try await EchoServer.run { server in
            try await RawSocket.open(server.port) { socket in
                try await socket.send(0x88)
                #expect(await socket.next() == .init(first: 0x88, payload: []))
                #expect(await socket.next() == nil)
            }
            for code in [1_000, 1_001, 1_011, 3_000, 4_999] {
                try await closes(server, with: code) {
                    try await $0.send(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array("bye".utf8))
                }
            }
            for code in [0, 999, 1_004, 1_005, 1_006, 1_016, 1_100, 2_000, 2_999, 5_000] {
                try await closes(server, with: 1_002, "\(code)") {
                    try await $0.send(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)])
                }
            }
            try await closes(server, with: 1_002, "half a code") { try await $0.send(0x88, [3]) }
            try await closes(server, with: 1_007, "a reason that is not text") {
                try await $0.send(0x88, [3, 232, 0xFF])
            }
        }
    }

    @Test func nothingIsAnsweredAfterAClose() async throws {
        try await EchoServer.run { server in
            try await RawSocket.open(server.port) { socket in
                try await socket.send(
                    RawSocket.frame(0x88, [3, 232]) + RawSocket.frame(0x81, [65]) + RawSocket.frame(0x89, [66])
                )
                #expect(await socket.next()?.closeCode == 1_000)
                #expect(await socket.next() == nil)
            }
        }
    }

    @Test func tooManyFramesAreClosedWith1008() async throws {
        try await EchoServer.run(["frames-per-second": "10", "frame-burst": "20"]) { server in
            try await RawSocket.open(server.port) { socket in
                try await socket.send([UInt8]((0..<40).flatMap { _ in RawSocket.frame(0x8A) }))
                #expect(await socket.nextMessage()?.closeCode == 1_008)
            }
            try await RawSocket.open(server.port) { socket in
                try await socket.send(RawSocket.frame(0x01))
                try await socket.send([UInt8]((0..<40).flatMap { _ in RawSocket.frame(0x00) }))
                #expect(await socket.nextMessage()?.closeCode == 1_008)
            }
        }
    }

    @Test func aConversationThatFailsOrEndsClosesItsSocket() async throws {
        try await EchoServer.run { server in
            try await RawSocket.open(server.port) { socket in
                try await socket.send(text: "fail")
                let close = await socket.next()
                #expect(close?.closeCode == 1_011)
                #expect(close?.closeReason.contains("told") == false)
            }
            try await RawSocket.open(server.port) { socket in
                try await socket.send(text: "done")
                #expect(await socket.next()?.closeCode == 1_000)
                // Until the client has answered the connection stays.
                try await socket.send(0x88, [3, 232])
                #expect(await socket.next() == nil)
            }
        }
    }
}
