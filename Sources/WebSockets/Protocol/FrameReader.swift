import NIOCore
import NIOWebSocket

/// What a frame of a client means: the rules of RFC 6455, without any I/O.
struct FrameReader {
    /// What is to be done about a frame.
    enum Step: Hashable {
        /// Nothing: a fragment, or a pong that nobody waits for.
        case nothing
        /// Hand it to the owner.
        case message(WebSocketMessage)
        /// Answer with a pong of the same content.
        case ping(ByteBuffer)
        /// The client is there.
        case pong(ByteBuffer)
        /// Answer the close, and close the connection.
        case close(WebSocketClose)
        /// Say why, and close the connection.
        case failure(WebSocketClose)
    }

    private var assembly: MessageAssembly
    private var allowance: FrameAllowance

    init(_ settings: WebSocketSettings, allowsDeflate: Bool, now: NIODeadline) {
        assembly = MessageAssembly(limit: settings.maximumMessageBytes, allowsDeflate: allowsDeflate)
        allowance = FrameAllowance(perSecond: settings.framesPerSecond, burst: settings.frameBurst, now: now)
    }

    /// Takes the next frame.
    mutating func read(_ frame: WebSocketFrame, now: NIODeadline) -> Step {
        do throws(WebSocketViolation) {
            return try step(frame, now)
        } catch {
            return .failure(error.close)
        }
    }

    private mutating func step(_ frame: WebSocketFrame, _ now: NIODeadline) throws(WebSocketViolation) -> Step {
        guard allowance.take(now: now) else { throw .tooFast }
        guard frame.maskKey != nil else { throw .protocolError("Clients mask their frames (RFC 6455, section 5.1).") }
        guard !frame.rsv2, !frame.rsv3 else { throw .protocolError("A reserved bit is set.") }
        switch frame.opcode {
        case .text, .binary, .continuation:
            return try assembly.take(frame).map { .message($0) } ?? .nothing
        case .ping, .pong, .connectionClose:
            guard !frame.rsv1 else { throw .protocolError("A control frame cannot be compressed.") }
            guard frame.fin else { throw .protocolError("A control frame cannot be fragmented.") }
            guard frame.length <= 125 else { throw .protocolError("A control frame has at most 125 bytes.") }
            // A copy, for the same reason as of fragments.
            let data = ByteBuffer(frame.unmaskedData.readableBytesView)
            if frame.opcode == .ping { return .ping(data) }
            if frame.opcode == .pong { return .pong(data) }
            return .close(try WebSocketClose.read(data).get())
        default:
            throw .protocolError("The opcode is not one of RFC 6455.")
        }
    }
}
