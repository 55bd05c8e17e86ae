import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import WebSockets

/// Sending on a connection that takes nothing until a test says so.
@Suite struct SendTests {
    private static func session(_ settings: WebSocketSettings) async throws -> WebSocketSession {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        return try await loop.submit {
            WebSocketSession(
                settings,
                subprotocol: nil,
                allowsDeflate: false,
                handler: SessionHandler(settings, allowsDeflate: false),
                eventLoop: loop
            )
        }
        .get()
    }

    private static func message(_ bytes: Int) -> WebSocketOutgoing {
        WebSocketOutgoing(.binary(ByteBuffer(repeating: 1, count: bytes)), compressedFrom: nil)
    }

    @Test func whoHasWaitedForRoomSendsMoreThanIsLeftOfIt() async throws {
        let session = try await Self.session(WebSocketSettings(outgoingBytes: 1_000))
        defer { session.finish(.brokenOff) }
        #expect(session.offer(Self.message(400)) == .accepted(bytes: 404, messages: 1))
        let sending = Task { try await session.send(Self.message(900)) }
        let isSent = try await eventually { session.backlog.messages == 2 }
        #expect(isSent)
        // The next waits for the client.
        #expect(session.offer(Self.message(10)) == .detached)
        let waiting = Task { try await session.send(Self.message(10)) }
        let backlog = session.backlog
        #expect(backlog.messages == 2)
        session.written(bytes: backlog.bytes, messages: backlog.messages)
        let isNext = try await eventually { session.backlog.messages == 1 }
        #expect(isNext)
        for task in [sending, waiting] {
            task.cancel()
            _ = await task.result
        }
    }
}
