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
    ///
    /// - Parameters:
    ///   - token: signs each of them in.
    ///   - hear: is given what each of them receives, on its event loop.
    static func open(
        _ count: Int,
        _ port: Int,
        _ path: String,
        token: @escaping @Sendable (Int) -> String? = { _ in nil },
        hear: (@Sendable (ByteBuffer) -> Void)? = nil
    ) async throws -> [Socket] {
        var sockets: [Socket] = []
        while sockets.count < count {
            let more = sockets.count..<min(count, sockets.count + 100)
            try await withThrowingTaskGroup(of: Socket.self) { group in
                for number in more {
                    group.addTask { try await open(number, port, path, token: token(number), hear: hear) }
                }
                for try await socket in group { sockets.append(socket) }
            }
        }
        return sockets
    }

    private static func open(
        _ number: Int,
        _ port: Int,
        _ path: String,
        token: String?,
        hear: (@Sendable (ByteBuffer) -> Void)?
    ) async throws -> Socket {
        let group = MultiThreadedEventLoopGroup.singleton
        let loop = group.next()
        let ready = loop.makePromise(of: Void.self)
        let counter = FrameCounter()
        // A thousand an address: a server takes only so many from one.
        let address = try SocketAddress(ipAddress: "127.0.0.\(2 + number / 1_000)", port: 0)
        let channel = try await ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let receiver = FrameReceiver(ready) { payload in
                        hear?(payload)
                        return counter.receive()
                    }
                    try channel.pipeline.syncOperations.addHandler(receiver)
                }
            }
            .bind(to: address)
            .connect(host: "127.0.0.1", port: port).get()
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        let request =
            "GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\(authorization)"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        try await channel.writeAndFlush(ByteBuffer(string: request))
        try await ready.futureResult.get()
        return Socket(channel: channel, counter: counter)
    }

    /// Waits until each of them has received so many frames.
    static func wait(for sockets: [Socket], toHave frames: Int, seconds: Int = 30) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        for socket in sockets {
            while socket.counter.frames < frames {
                guard ContinuousClock.now < deadline else {
                    throw BenchOptions.Mistake(description: "what was sent did not arrive everywhere")
                }
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }

    /// One sends, all get it; returns when they have.
    static func broadcast(to sockets: [Socket], _ text: String, round: Int) async throws {
        try await sockets[0].channel.writeAndFlush(frame(text))
        try await wait(for: sockets, toHave: round)
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

    /// Is given what a frame holds; gives what is to be sent next.
    private let take: (ByteBuffer) -> ByteBuffer?
    private let ready: EventLoopPromise<Void>
    private var isOpen = false
    private var buffer = ByteBuffer()

    init(_ ready: EventLoopPromise<Void>, _ take: @escaping (ByteBuffer) -> ByteBuffer?) {
        self.ready = ready
        self.take = take
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
            let isMessage = (buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) ?? 0) & 0x0F < 8
            buffer.moveReaderIndex(forwardBy: header)
            guard let payload = buffer.readSlice(length: length), isMessage else { continue }
            if let next = take(payload) { context.writeAndFlush(wrapOutboundOut(next), promise: nil) }
        }
        if buffer.readableBytes == 0 { buffer = ByteBuffer() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isOpen { ready.fail(ChannelError.eof) }
    }
}
