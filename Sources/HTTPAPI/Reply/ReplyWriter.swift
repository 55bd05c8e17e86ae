import Hummingbird
package import JSON
import NIOCore

/// Takes the bytes of a streamed answer and passes them on in pieces, waiting for a slow reader.
package struct ReplyWriter {
    private static let pieceSize = 32_768

    private var sink: any ResponseBodyWriter
    /// How much was passed on.
    private(set) var bytesWritten = 0
    /// What is written next. Append to it, and call ``flushIfLarge()`` now and then.
    package var json = JSONWriter(reservingCapacity: pieceSize + 4_096)

    init(_ sink: any ResponseBodyWriter) {
        self.sink = sink
    }

    /// Passes on what was appended, once it is worth it.
    package mutating func flushIfLarge() async throws {
        if json.bytes.count >= Self.pieceSize { try await flush() }
    }

    /// Passes on what was appended, but for its last byte: by that the next JSON value knows whether it needs a comma.
    package mutating func flush() async throws {
        guard let last = json.bytes.popLast() else { return }
        try await passOn()
        json.bytes.removeAll(keepingCapacity: true)
        json.bytes.append(last)
    }

    /// Passes bytes on at once: a reader waits for them.
    mutating func pass(_ bytes: [UInt8]) async throws {
        try await sink.write(ByteBuffer(bytes: bytes))
        bytesWritten += bytes.count
    }

    private mutating func passOn() async throws {
        guard !json.bytes.isEmpty else { return }
        try await sink.write(ByteBuffer(bytes: json.bytes))
        bytesWritten += json.bytes.count
    }

    mutating func finish() async throws {
        try await passOn()
        try await sink.finish(nil)
    }
}
