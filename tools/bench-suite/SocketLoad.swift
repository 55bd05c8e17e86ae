import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// Clients of WebSockets that cost little: bytes over TCP, frames made and read by hand.
enum SocketLoad {
    /// An open socket.
    struct Socket: Sendable {
        let channel: any Channel
        fileprivate let counter: FrameCounter

        func close() async throws { try? await channel.close() }
    }

    /// Opens many, a hundred at a time.
    static func open(_ count: Int, _ port: Int, _ path: String) async throws -> [Socket] {
        var sockets: [Socket] = []
        while sockets.count < count {
            let more = min(100, count - sockets.count)
            try await withThrowingTaskGroup(of: Socket.self) { group in
                for _ in 0..<more { group.addTask { try await open(port, path) } }
                for try await socket in group { sockets.append(socket) }
            }
        }
        return sockets
    }

    private static func open(_ port: Int, _ path: String) async throws -> Socket {
        let group = MultiThreadedEventLoopGroup.singleton
        let loop = group.next()
        let ready = loop.makePromise(of: Void.self)
        let counter = FrameCounter()
        let channel = try await ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FrameReceiver(counter, ready))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let request =
            "GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        try await channel.writeAndFlush(ByteBuffer(string: request))
        try await ready.futureResult.get()
        return Socket(channel: channel, counter: counter)
    }

    /// One sends, all get it; returns when they have.
    static func broadcast(to sockets: [Socket], _ text: String, round: Int) async throws {
        try await sockets[0].channel.writeAndFlush(frame(text))
        let deadline = ContinuousClock.now + .seconds(30)
        for socket in sockets {
            while socket.counter.frames < round {
                guard ContinuousClock.now < deadline else {
                    throw BenchOptions.Mistake(description: "a broadcast did not arrive")
                }
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }

    /// Each socket sends a message, waits for its echo, and begins again. Gives the time of each in milliseconds.
    static func echo(_ sockets: [Socket], bytes: Int, seconds: Int) async throws -> [Double] {
        let message = frame(String(repeating: "e", count: bytes))
        let deadline = NIODeadline.now() + .seconds(Int64(seconds))
        for socket in sockets {
            socket.counter.echo(message, until: deadline)
            try await socket.channel.writeAndFlush(message)
        }
        try await Task.sleep(for: .seconds(seconds) + .milliseconds(500))
        return sockets.flatMap { $0.counter.times }
    }

    /// A masked text frame, as clients send them.
    private static func frame(_ text: String) -> ByteBuffer {
        let key: [UInt8] = [1, 2, 3, 4]
        var buffer = ByteBuffer()
        buffer.writeInteger(0x81 as UInt8)
        if text.utf8.count < 126 {
            buffer.writeInteger(0x80 | UInt8(text.utf8.count))
        } else {
            buffer.writeInteger(0x80 | 126 as UInt8)
            buffer.writeInteger(UInt16(text.utf8.count))
        }
        buffer.writeBytes(key)
        buffer.writeBytes(text.utf8.enumerated().map { $1 ^ key[$0 % 4] })
        return buffer
    }
}

/// What a socket has received.
private final class FrameCounter: Sendable {
    private struct State {
        var frames = 0
        var message: ByteBuffer?
        var deadline = NIODeadline.now()
        var sentAt = NIODeadline.now()
        var times: [Double] = []
    }

    private let state = Mutex(State())

    var frames: Int { state.withLock { $0.frames } }
    var times: [Double] { state.withLock { $0.times } }

    func echo(_ message: ByteBuffer, until deadline: NIODeadline) {
        state.withLock { state in
            state.message = message
            state.deadline = deadline
            state.sentAt = .now()
        }
    }

    /// Counts a frame; gives what is to be sent next.
    func receive() -> ByteBuffer? {
        state.withLock { state in
            state.frames += 1
            guard let message = state.message else { return nil }
            let now = NIODeadline.now()
            state.times.append(Double((now - state.sentAt).nanoseconds) / 1e6)
            state.sentAt = now
            return now < state.deadline ? message : nil
        }
    }
}

private final class FrameReceiver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let counter: FrameCounter
    private let ready: EventLoopPromise<Void>
    private var isOpen = false
    private var buffer = ByteBuffer()

    init(_ counter: FrameCounter, _ ready: EventLoopPromise<Void>) {
        self.counter = counter
        self.ready = ready
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var data = unwrapInboundIn(data)
        buffer.writeBuffer(&data)
        if !isOpen {
            guard let end = buffer.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
            let isAccepted = buffer.getString(at: buffer.readerIndex, length: 12) == "HTTP/1.1 101"
            buffer.moveReaderIndex(to: end.upperBound)
            isOpen = true
            if isAccepted {
                ready.succeed()
            } else {
                ready.fail(BenchOptions.Mistake(description: "an upgrade was refused"))
            }
        }
        while let second = buffer.getInteger(at: buffer.readerIndex + 1, as: UInt8.self) {
            var length = Int(second)
            var header = 2
            if second == 126 {
                guard let long = buffer.getInteger(at: buffer.readerIndex + 2, as: UInt16.self) else { return }
                length = Int(long)
                header = 4
            }
            guard buffer.readableBytes >= header + length else { return }
            buffer.moveReaderIndex(forwardBy: header + length)
            if let next = counter.receive() { context.writeAndFlush(wrapOutboundOut(next), promise: nil) }
        }
        if buffer.readableBytes == 0 { buffer = ByteBuffer() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isOpen { ready.fail(ChannelError.eof) }
    }
}
