import NIOCore
import NIOEmbedded
import Testing

@testable import WebSockets

/// A session on an event loop that stands still until it is told to run.
@Suite struct SessionTests {
    private final class Place: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
    }

    @Test func nothingIsAcceptedFromTheMomentOnThatACloseIsAskedFor() throws {
        let channel = EmbeddedChannel()
        let place = Place()
        try channel.pipeline.syncOperations.addHandler(place)
        let session = try WebSocketSession.begin(on: channel, after: place, WebSocketSettings())
        guard case .accepted = session.offer(WebSocketOutgoing(.text("before"))) else {
            Issue.record("It takes nothing.")
            return
        }
        session.close(WebSocketClose(.notSignedIn))
        // The event loop has not heard of it yet.
        #expect(session.offer(WebSocketOutgoing(.text("after"))) == .closed)
        channel.embeddedEventLoop.run()
        var sent: [UInt8] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { sent += Array(buffer.readableBytesView) }
        #expect(sent == [0x81, 6] + Array("before".utf8) + [0x88, 2, 0x11, 0x31])
    }
}
