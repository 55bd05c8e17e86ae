package import NIOCore

/// A whole message: its fragments put together, decompressed, and text known to be UTF-8.
package enum WebSocketMessage: Sendable, Hashable {
    case text(String)
    case binary(ByteBuffer)

    /// The length of its content.
    package var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .binary(let buffer): buffer.readableBytes
        }
    }
}
