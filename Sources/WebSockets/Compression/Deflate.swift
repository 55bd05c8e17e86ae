internal import CZlib
import NIOCore

/// Compression of single messages (RFC 7692, section 7.2). Nothing is kept from one message to the next: an idle session
/// has no window, and one compressed message serves all of its receivers.
enum Deflate {
    /// The window for compression: 4 KiB suits messages that are mostly shorter, and clients that ask for so little.
    static let windowBits: Int32 = 12
    private static let memoryLevel: Int32 = 5
    private static let tail: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]
    private static let chunk = 16_384
    /// The bit by which zlib says that it stands between two blocks.
    private static let afterBlock: Int32 = 128

    /// The content compressed; nil if it would not get shorter.
    static func compress(_ content: ByteBuffer) -> ByteBuffer? {
        var stream = z_stream()
        guard
            deflateInit2_(
                &stream,
                Z_DEFAULT_COMPRESSION,
                Z_DEFLATED,
                -windowBits,
                memoryLevel,
                Z_DEFAULT_STRATEGY,
                ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)
            ) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        var output = ByteBuffer()
        let isDone = run(&stream, content, into: &output, upTo: content.readableBytes + 16) { stream in
            deflate(&stream, Z_SYNC_FLUSH)
        }
        guard isDone, output.readableBytes >= 4, output.readableBytes - 4 < content.readableBytes else { return nil }
        output.moveWriterIndex(to: output.writerIndex - tail.count)
        return output
    }

    /// The content of a compressed message, of which no more than `limit` bytes are ever made.
    static func expand(_ message: ByteBuffer, limit: Int) throws(WebSocketViolation) -> ByteBuffer {
        var stream = z_stream()
        guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .notDeflated
        }
        defer { inflateEnd(&stream) }
        var input = ByteBuffer()
        input.reserveCapacity(message.readableBytes + tail.count)
        input.writeImmutableBuffer(message)
        input.writeBytes(tail)
        var output = ByteBuffer()
        var isBetweenBlocks = false
        let isDone = run(&stream, input, into: &output, upTo: limit + 1) { stream in
            let status = inflate(&stream, Z_SYNC_FLUSH)
            // A call that found nothing to do tells nothing.
            if status != Z_BUF_ERROR {
                isBetweenBlocks = status == Z_STREAM_END || stream.data_type & Self.afterBlock != 0
            }
            // A sender may end a stream within a message (RFC 7692, section 7.2.3.4); what follows is another.
            return status == Z_STREAM_END ? inflateReset(&stream) : status
        }
        guard output.readableBytes <= limit else { throw .tooLarge(limit) }
        guard isDone, isBetweenBlocks else { throw .notDeflated }
        return output
    }

    /// Runs a stream until its input is used up, or so much output was made.
    private static func run(
        _ stream: inout z_stream,
        _ input: ByteBuffer,
        into output: inout ByteBuffer,
        upTo limit: Int,
        _ step: (inout z_stream) -> Int32
    ) -> Bool {
        var input = input
        return input.withUnsafeMutableReadableBytes { bytes in
            stream.next_in = bytes.bindMemory(to: UInt8.self).baseAddress
            stream.avail_in = UInt32(bytes.count)
            while true {
                let room = min(chunk, limit - output.readableBytes)
                guard room > 0 else { return false }
                var status = Z_OK
                var isFull = false
                output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { space in
                    stream.next_out = space.bindMemory(to: UInt8.self).baseAddress
                    stream.avail_out = UInt32(room)
                    status = step(&stream)
                    isFull = stream.avail_out == 0
                    return room - Int(stream.avail_out)
                }
                if status == Z_BUF_ERROR, stream.avail_in == 0 { return true }
                guard status == Z_OK else { return false }
                if stream.avail_in == 0, !isFull { return true }
            }
        }
    }
}
