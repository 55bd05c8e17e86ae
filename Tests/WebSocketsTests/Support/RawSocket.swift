import NIOCore
import NIOPosix
import OpenSSL

/// A client that sends what a test says, bit for bit, and shows what comes back: frames made and read by hand, so that
/// nothing of the code under test is used.
struct RawSocket {
    struct Frame: Equatable {
        var first: UInt8
        var payload: [UInt8]

        var opcode: UInt8 { first & 0x0F }
        var text: String { String(decoding: payload, as: UTF8.self) }
        var closeCode: Int? {
            opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
        }
        var closeReason: String { String(decoding: payload.dropFirst(2), as: UTF8.self) }
    }

    let channel: any Channel
    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let writer: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var buffer = ByteBuffer()
    /// The head of the answer.
    private(set) var head = ""

    static let fields = [
        "Host": "a", "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ]

    /// Connects and sends a request; the answer's head is in ``head``. `nil` in `fields` leaves a field out.
    static func open<Outcome>(
        _ port: Int,
        _ target: String = "/echo",
        fields: [String: String?] = [:],
        version: String = "1.1",
        behind: [UInt8] = [],
        _ body: (inout RawSocket) async throws -> Outcome
    ) async throws -> Outcome {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        var all = Self.fields.mapValues { Optional($0) }
        for (name, value) in fields { all[name] = .some(value) }
        var request = "GET \(target) HTTP/\(version)\r\n"
        for (name, value) in all.sorted(by: { $0.key < $1.key }) {
            if let value { request += "\(name): \(value)\r\n" }
        }
        let sent = request + "\r\n"
        return try await channel.executeThenClose { inbound, outbound in
            var socket = RawSocket(channel.channel, inbound.makeAsyncIterator(), outbound)
            try await socket.send(Array(sent.utf8) + behind)
            try await socket.readHead()
            return try await body(&socket)
        }
    }

    private init(
        _ channel: any Channel,
        _ iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        _ writer: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.channel = channel
        self.iterator = iterator
        self.writer = writer
    }

    var status: Int { Int(head.dropFirst(9).prefix(3)) ?? 0 }

    func field(_ name: String) -> String? {
        head.split(separator: "\r\n").dropFirst().first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
            .map { String($0.dropFirst(name.count + 2)) }
    }

    func send(_ bytes: [UInt8]) async throws { try await writer.write(ByteBuffer(bytes: bytes)) }

    /// Sends a frame of a client; `first` holds FIN, the reserved bits and the opcode.
    func send(_ first: UInt8, _ payload: [UInt8] = [], isMasked: Bool = true) async throws {
        try await send(Self.frame(first, payload, isMasked: isMasked))
    }

    func send(text: String) async throws { try await send(0x81, Array(text.utf8)) }

    static func frame(_ first: UInt8, _ payload: [UInt8] = [], isMasked: Bool = true) -> [UInt8] {
        let mask: UInt8 = isMasked ? 0x80 : 0
        var bytes = [first]
        switch payload.count {
        case ..<126: bytes.append(mask | UInt8(payload.count))
        case ..<65_536: bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default: bytes += [mask | 127] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        guard isMasked else { return bytes + payload }
        let key: [UInt8] = [0xA1, 0x02, 0x7F, 0x33]
        return bytes + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
    }

    private mutating func more() async -> Bool {
        guard var next = try? await iterator.next() else { return false }
        buffer.writeBuffer(&next)
        return true
    }

    private mutating func readHead() async throws {
        while true {
            let view = buffer.readableBytesView
            if let end = view.firstRange(of: Array("\r\n\r\n".utf8)) {
                head = String(decoding: view[..<end.upperBound], as: UTF8.self)
                buffer.moveReaderIndex(to: end.upperBound)
                return
            }
            guard await more() else { return }
        }
    }

    /// Whatever follows, to the end of the connection.
    mutating func rest() async -> String {
        while await more() {}
        return String(buffer: buffer)
    }

    /// The next frame; nil at the end of the connection.
    mutating func next() async -> Frame? {
        while true {
            if let frame = parse() { return frame }
            guard await more() else { return nil }
        }
    }

    /// The next frame that is neither ping nor pong.
    mutating func nextMessage() async -> Frame? {
        while let frame = await next() { if frame.opcode != 9, frame.opcode != 10 { return frame } }
        return nil
    }

    private mutating func parse() -> Frame? {
        let start = buffer.readerIndex
        guard let first = buffer.getInteger(at: start, as: UInt8.self),
            let second = buffer.getInteger(at: start + 1, as: UInt8.self)
        else { return nil }
        var length = Int(second & 0x7F)
        var header = 2
        if length == 126 {
            guard let long = buffer.getInteger(at: start + 2, as: UInt16.self) else { return nil }
            (length, header) = (Int(long), 4)
        } else if length == 127 {
            guard let long = buffer.getInteger(at: start + 2, as: UInt64.self) else { return nil }
            (length, header) = (Int(long), 10)
        }
        // A server masks nothing (RFC 6455, section 5.1).
        guard second & 0x80 == 0, let payload = buffer.getBytes(at: start + header, length: length) else { return nil }
        buffer.moveReaderIndex(forwardBy: header + length)
        return Frame(first: first, payload: payload)
    }
}
