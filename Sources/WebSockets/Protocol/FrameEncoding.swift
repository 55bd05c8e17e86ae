import NIOCore
import NIOWebSocket

/// Frames as a server sends them: whole, and not masked (RFC 6455, section 5.2).
enum FrameEncoding {
    private static let final: UInt8 = 0x80
    private static let deflated: UInt8 = 0x40

    static func frame(_ opcode: WebSocketOpcode, _ payload: ByteBuffer, isDeflated: Bool = false) -> ByteBuffer {
        let length = payload.readableBytes
        var buffer = ByteBuffer()
        buffer.reserveCapacity(length + 10)
        buffer.writeInteger(final | (isDeflated ? deflated : 0) | UInt8(webSocketOpcode: opcode))
        switch length {
        case ...125:
            buffer.writeInteger(UInt8(length))
        case ...0xFFFF:
            buffer.writeInteger(126 as UInt8)
            buffer.writeInteger(UInt16(length))
        default:
            buffer.writeInteger(127 as UInt8)
            buffer.writeInteger(UInt64(length))
        }
        buffer.writeImmutableBuffer(payload)
        return buffer
    }
}
