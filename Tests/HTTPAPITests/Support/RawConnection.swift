import NIOCore
import NIOPosix

/// A TCP connection that sends what a test says, and no less and no more.
enum RawConnection {
    /// Opens a connection and closes it after `body`.
    static func open<Outcome: Sendable>(
        _ port: Int,
        _ body: (inout Reader, NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws -> Outcome
    ) async throws -> Outcome {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var reader = Reader(inbound.makeAsyncIterator())
            return try await body(&reader, outbound)
        }
    }

    struct Reader {
        private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        private(set) var text = ""

        init(_ iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) {
            self.iterator = iterator
        }

        /// Everything up to the end of the connection.
        mutating func readToEnd() async throws -> String {
            while let buffer = try? await iterator.next() { text += String(buffer: buffer) }
            return text
        }

        /// Everything until `ending` has come so often.
        mutating func read(until ending: String, times: Int = 1) async throws -> String {
            while text.split(separator: ending, omittingEmptySubsequences: false).count <= times {
                guard let buffer = try await iterator.next() else { break }
                text += String(buffer: buffer)
            }
            return text
        }
    }
}

extension NIOAsyncChannelOutboundWriter<ByteBuffer> {
    func send(_ text: String) async throws { try await write(ByteBuffer(string: text)) }
}
