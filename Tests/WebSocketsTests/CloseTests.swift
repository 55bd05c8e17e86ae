import NIOCore
import Testing

@testable import WebSockets

@Suite struct CloseTests {
    @Test(arguments: [1_000, 1_001, 1_002, 1_003, 1_007, 1_008, 1_009, 1_010, 1_011, 3_000, 3_999, 4_000, 4_999])
    func codesThatMayBeSentAreTaken(code: UInt16) {
        #expect(WebSocketCloseCode(rawValue: code).isAllowedOnTheWire)
    }

    @Test(arguments: [0, 999, 1_004, 1_005, 1_006, 1_015, 1_016, 1_100, 2_000, 2_999, 5_000, 65_535])
    func codesThatMayNotBeSentAreRefused(code: UInt16) {
        #expect(!WebSocketCloseCode(rawValue: code).isAllowedOnTheWire)
        var payload = ByteBuffer(integer: code)
        payload.writeString("why")
        guard case .failure(let violation) = WebSocketClose.read(payload) else {
            Issue.record("\(code) was taken")
            return
        }
        #expect(violation.close.code == .protocolError)
    }

    @Test func aReasonIsCutBetweenCharacters() {
        let close = WebSocketClose(.normal, String(repeating: "é", count: 100))
        #expect(close.reason.utf8.count == 122)
        #expect(close.payload.readableBytes <= 125)
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let close = WebSocketClose(.tryAgainLater, "resume=17")
        #expect(try WebSocketClose.read(close.payload).get() == close)
        #expect(try WebSocketClose.read(ByteBuffer()).get().code == .noneGiven)
        #expect(WebSocketClose(.noneGiven).payload.readableBytes == 0)
        #expect(WebSocketClose(.brokenOff).payload.readableBytes == 0)
    }

    @Test func halfACodeAndAReasonThatIsNotTextAreRefused() {
        #expect(throws: WebSocketViolation.self) { try WebSocketClose.read(ByteBuffer(bytes: [3])).get() }
        guard case .failure(let violation) = WebSocketClose.read(ByteBuffer(bytes: [3, 232, 0xC3])) else {
            Issue.record("taken")
            return
        }
        #expect(violation == .invalidText)
    }
}
