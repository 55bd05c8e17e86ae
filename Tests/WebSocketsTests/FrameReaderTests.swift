import NIOCore
import NIOWebSocket
import Testing

@testable import WebSockets

/// The rules, without a connection.
@Suite struct FrameReaderTests {
    private func reader(
        limit: Int = 1_000,
        allowsDeflate: Bool = false,
        burst: Int = 1_000,
        perSecond: Double = 1_000
    ) -> FrameReader {
        FrameReader(
            WebSocketSettings(maximumMessageBytes: limit, framesPerSecond: perSecond, frameBurst: burst),
            allowsDeflate: allowsDeflate,
            now: .uptimeNanoseconds(0)
        )
    }

    private func frame(
        _ opcode: WebSocketOpcode,
        _ bytes: [UInt8] = [],
        fin: Bool = true,
        rsv1: Bool = false,
        rsv2: Bool = false,
        rsv3: Bool = false,
        isMasked: Bool = true
    ) -> WebSocketFrame {
        let key: WebSocketMaskingKey = [1, 2, 3, 4]
        var data = ByteBuffer(bytes: bytes)
        if isMasked { data.webSocketMask(key) }
        return WebSocketFrame(
            fin: fin,
            rsv1: rsv1,
            rsv2: rsv2,
            rsv3: rsv3,
            opcode: opcode,
            maskKey: isMasked ? key : nil,
            data: data
        )
    }

    /// The steps of frames, one after the other.
    private func steps(_ frames: WebSocketFrame..., by reader: FrameReader) -> [FrameReader.Step] {
        var reader = reader
        return frames.map { reader.read($0, now: .uptimeNanoseconds(0)) }
    }

    private func code(_ step: FrameReader.Step?) -> WebSocketCloseCode? {
        if case .failure(let close) = step { close.code } else { nil }
    }

    @Test func aMessageIsWhatItsFragmentsAreTogether() {
        let steps = steps(
            frame(.text, [0xC3], fin: false),
            frame(.ping, [7]),
            frame(.continuation, [0xA9], fin: false),
            frame(.continuation, []),
            frame(.binary, [0xFF]),
            by: reader()
        )
        #expect(
            steps == [
                .nothing, .ping(ByteBuffer(bytes: [7])), .nothing, .message(.text("é")),
                .message(.binary(ByteBuffer(bytes: [0xFF]))),
            ]
        )
    }

    @Test func framesThatAreNotMaskedAreAProtocolError() {
        #expect(code(steps(frame(.text, [65], isMasked: false), by: reader())[0]) == .protocolError)
        #expect(code(steps(frame(.ping, isMasked: false), by: reader())[0]) == .protocolError)
    }

    @Test func reservedBitsAreAProtocolError() {
        for frame in [
            frame(.text, [65], rsv1: true), frame(.text, [65], rsv2: true), frame(.text, [65], rsv3: true),
            frame(.ping, rsv1: true), frame(.pong, rsv2: true), frame(.connectionClose, rsv3: true),
        ] {
            #expect(code(steps(frame, by: reader())[0]) == .protocolError)
        }
        // Where compression was agreed upon the first bit has a meaning, on the first data frame alone.
        #expect(code(steps(frame(.ping, rsv1: true), by: reader(allowsDeflate: true))[0]) == .protocolError)
        let late = steps(
            frame(.text, [65], fin: false),
            frame(.continuation, [65], rsv1: true),
            by: reader(allowsDeflate: true)
        )
        #expect(code(late[1]) == .protocolError)
    }

    @Test(arguments: [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
    func opcodesThatAreNotOfTheRFCAreAProtocolError(opcode: UInt8) throws {
        let opcode = try #require(WebSocketOpcode(encodedWebSocketOpcode: opcode))
        #expect(code(steps(frame(opcode), by: reader())[0]) == .protocolError)
    }

    @Test func fragmentsOutOfOrderAreAProtocolError() {
        #expect(code(steps(frame(.continuation, [65]), by: reader())[0]) == .protocolError)
        let twoBegun = steps(frame(.text, [65], fin: false), frame(.text, [65]), by: reader())
        #expect(code(twoBegun[1]) == .protocolError)
        let afterTheEnd = steps(
            frame(.text, [65], fin: false),
            frame(.continuation, [65]),
            frame(.continuation, [65]),
            by: reader()
        )
        #expect(code(afterTheEnd[2]) == .protocolError)
    }

    @Test func controlFramesAreShortAndWhole() {
        #expect(code(steps(frame(.ping, fin: false), by: reader())[0]) == .protocolError)
        let long = [UInt8](repeating: 1, count: 126)
        #expect(code(steps(frame(.ping, long), by: reader())[0]) == .protocolError)
        #expect(
            steps(frame(.ping, Array(long.dropLast())), by: reader())[0] == .ping(ByteBuffer(bytes: long.dropLast()))
        )
    }

    @Test func aMessageBeyondTheBoundIsTooLargeHoweverItIsCut() {
        #expect(
            code(steps(frame(.binary, [UInt8](repeating: 1, count: 11)), by: reader(limit: 10))[0]) == .messageTooLarge
        )
        let cut = steps(
            frame(.binary, [UInt8](repeating: 1, count: 6), fin: false),
            frame(.continuation, [UInt8](repeating: 1, count: 4), fin: false),
            frame(.continuation, [1]),
            by: reader(limit: 10)
        )
        #expect(cut[1] == .nothing)
        #expect(code(cut[2]) == .messageTooLarge)
    }

    @Test func textThatCannotBecomeUTF8IsRefusedBeforeItsEnd() {
        let steps = steps(
            frame(.text, [0xCE, 0xBA], fin: false),
            frame(.continuation, [0xF4, 0x90], fin: false),
            by: reader()
        )
        #expect(code(steps[1]) == .invalidData)
        #expect(code(self.steps(frame(.text, [0xCE]), by: reader())[0]) == .invalidData)
    }

    @Test func moreFramesThanTheBucketHoldsAreAViolation() {
        var reader = reader(burst: 3, perSecond: 1)
        for _ in 0..<3 { #expect(code(reader.read(frame(.ping), now: .uptimeNanoseconds(0))) == nil) }
        var full = reader
        #expect(code(full.read(frame(.ping), now: .uptimeNanoseconds(500_000_000))) == .policyViolation)
        #expect(code(reader.read(frame(.pong), now: .uptimeNanoseconds(1_000_000_000))) == nil)
        #expect(code(reader.read(frame(.text, fin: false), now: .uptimeNanoseconds(1_100_000_000))) == .policyViolation)
    }

    @Test func aCloseIsReadWithItsCode() {
        #expect(steps(frame(.connectionClose), by: reader())[0] == .close(WebSocketClose(.noneGiven)))
        #expect(
            steps(frame(.connectionClose, [0x03, 0xE8, 65]), by: reader())[0] == .close(WebSocketClose(.normal, "A"))
        )
        #expect(code(steps(frame(.connectionClose, [0x03, 0xED]), by: reader())[0]) == .protocolError)
    }
}
