import NIOCore
import NIOWebSocket

/// A message made ready once, for one session or for thousands: they share its bytes.
package struct WebSocketOutgoing: Sendable {
    private let plain: ByteBuffer
    private let deflated: ByteBuffer?

    /// Makes a message ready.
    ///
    /// - Parameter compressedFrom: from which size on it is also compressed, for the clients that can take that.
    package init(_ message: WebSocketMessage, compressedFrom: Int? = 512) {
        let (opcode, content): (WebSocketOpcode, ByteBuffer) =
            switch message {
            case .text(let text): (.text, ByteBuffer(string: text))
            case .binary(let buffer): (.binary, buffer)
            }
        plain = FrameEncoding.frame(opcode, content)
        deflated =
            compressedFrom.map { content.readableBytes >= $0 } ?? false
            ? Deflate.compress(content).map { FrameEncoding.frame(opcode, $0, isDeflated: true) } : nil
    }

    func frame(allowsDeflate: Bool) -> ByteBuffer {
        allowsDeflate ? deflated ?? plain : plain
    }
}
