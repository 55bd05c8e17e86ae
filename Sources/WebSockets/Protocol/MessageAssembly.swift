import NIOCore
import NIOWebSocket

/// Puts a message together from its fragments (RFC 6455, section 5.4), within the bound, and checks text as it comes.
struct MessageAssembly {
    private let limit: Int
    private let allowsDeflate: Bool
    private var isText = false
    private var isDeflated = false
    private var buffer: ByteBuffer?
    private var check = UTF8Check()

    init(limit: Int, allowsDeflate: Bool) {
        self.limit = limit
        self.allowsDeflate = allowsDeflate
    }

    /// Takes a data frame; gives the message if this completes it.
    mutating func take(_ frame: WebSocketFrame) throws(WebSocketViolation) -> WebSocketMessage? {
        if frame.opcode == .continuation {
            guard buffer != nil else { throw .protocolError("A continuation follows nothing.") }
            guard !frame.rsv1 else { throw .protocolError("Only the first frame says that a message is compressed.") }
        } else {
            guard buffer == nil else { throw .protocolError("A message begins before the last one has ended.") }
            guard !frame.rsv1 || allowsDeflate else { throw .protocolError("Compression was not agreed upon.") }
            isText = frame.opcode == .text
            isDeflated = frame.rsv1
            check = UTF8Check()
        }
        let data = frame.unmaskedData
        guard (buffer?.readableBytes ?? 0) + data.readableBytes <= limit else { throw .tooLarge(limit) }
        if isText, !isDeflated { try verify(data) }
        guard frame.fin else {
            // A copy: what was read stays in memory otherwise, however short the fragment.
            if buffer == nil { buffer = ByteBuffer() }
            buffer?.writeImmutableBuffer(data)
            return nil
        }
        var whole = data
        if var begun = buffer {
            begun.writeImmutableBuffer(data)
            whole = begun
            buffer = nil
        }
        if isDeflated {
            whole = try Deflate.expand(whole, limit: limit)
            if isText { try verify(whole) }
        }
        guard isText else { return .binary(ByteBuffer(whole.readableBytesView)) }
        guard check.isComplete else { throw .invalidText }
        return .text(String(buffer: whole))
    }

    private mutating func verify(_ data: ByteBuffer) throws(WebSocketViolation) {
        var check = check
        let isRight = data.withUnsafeReadableBytes { check.feed($0) }
        self.check = check
        guard isRight else { throw .invalidText }
    }
}
