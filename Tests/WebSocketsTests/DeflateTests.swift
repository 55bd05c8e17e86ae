import NIOCore
import Testing

@testable import WebSockets

@Suite struct DeflateTests {
    private func bytes(_ hex: String) -> ByteBuffer {
        ByteBuffer(bytes: hex.split(separator: " ").compactMap { UInt8($0, radix: 16) })
    }

    @Test func theExamplesOfTheRFCAreRead() throws {
        // RFC 7692, section 7.2.3: one block, no compression, BFINAL, two blocks.
        for hex in [
            "f2 48 cd c9 c9 07 00", "00 05 00 fa ff 48 65 6c 6c 6f 00", "f3 48 cd c9 c9 07 00 00",
            "f2 48 05 00 00 00 ff ff ca c9 c9 07 00",
        ] {
            #expect(try Deflate.expand(bytes(hex), limit: 100) == ByteBuffer(string: "Hello"))
        }
    }

    @Test(arguments: [1, 100, 16_384, 16_385, 100_000])
    func whatWasCompressedIsTheSameAgain(count: Int) throws {
        let text = ByteBuffer(string: (0..<count).map { String($0 % 97) }.joined(separator: ","))
        let small = try #require(count == 1 ? text : Deflate.compress(text))
        if count > 1 {
            #expect(small.readableBytes < text.readableBytes)
            #expect(try Deflate.expand(small, limit: text.readableBytes) == text)
        }
    }

    /// Where the output fills a chunk to the last byte.
    @Test(arguments: [16_383, 16_384, 16_385, 32_768, 65_536])
    func lengthsAtTheEdgeOfAChunkAreRead(count: Int) throws {
        let text = ByteBuffer(repeating: 0x78, count: count)
        #expect(try Deflate.expand(#require(Deflate.compress(text)), limit: 65_536) == text)
    }

    @Test func whatWouldNotGetShorterIsLeft() {
        var random = ByteBuffer()
        for _ in 0..<4_000 { random.writeInteger(UInt8.random(in: .min ... .max)) }
        #expect(Deflate.compress(random) == nil)
    }

    @Test func aBombIsNotMadeLargerThanTheBound() throws {
        let bomb = try #require(Deflate.compress(ByteBuffer(repeating: 0, count: 50_000_000)))
        #expect(bomb.readableBytes < 65_536)
        #expect(throws: WebSocketViolation.tooLarge(65_536)) { try Deflate.expand(bomb, limit: 65_536) }
        let ten = try #require(Deflate.compress(ByteBuffer(string: String(repeating: "a", count: 10))))
        #expect(throws: WebSocketViolation.tooLarge(9)) { try Deflate.expand(ten, limit: 9) }
    }

    @Test func whatIsNoStreamIsRefused() throws {
        #expect(throws: WebSocketViolation.notDeflated) { try Deflate.expand(bytes("ff ff ff ff"), limit: 100) }
        let whole = try #require(Deflate.compress(ByteBuffer(string: String(repeating: "truncated ", count: 100))))
        let half = try #require(whole.getSlice(at: 0, length: whole.readableBytes / 2))
        #expect(throws: WebSocketViolation.notDeflated) { try Deflate.expand(half, limit: 10_000) }
    }

    @Test(arguments: [
        ("permessage-deflate", true), ("permessage-deflate; client_max_window_bits", true),
        ("permessage-deflate; server_max_window_bits=12; client_max_window_bits=12", true),
        ("permessage-deflate; server_max_window_bits=\"15\"", true),
        ("permessage-deflate; server_max_window_bits=11", false), ("permessage-deflate; server_max_window_bits", false),
        ("permessage-deflate; server_max_window_bits=11, permessage-deflate", true),
        ("permessage-deflate; client_max_window_bits=16", false), ("permessage-deflate; other=1", false),
        ("permessage-deflate; server_no_context_takeover=1", false), ("x-webkit-deflate-frame", false), ("", false),
        ("permessage-deflate; client_max_window_bits; client_max_window_bits", false),
        ("permessage-deflate; server_no_context_takeover; client_no_context_takeover", true),
    ])
    func offersAreAcceptedOnTermsThatCanBeKept(offer: String, isAcceptable: Bool) {
        #expect(DeflateOffer.isAcceptable(offer) == isAcceptable)
    }
}
