package import HTTPTypes
package import JSON
package import NIOCore

/// What a handler answers.
package struct Reply: Sendable {
    /// The bytes of an answer.
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Bytes that lie among others, so that they need not be copied out.
        case part(ArraySlice<UInt8>)
        /// Written bit by bit while it is made. An error after the first bytes breaks the connection off, so that a
        /// client sees that the answer is not whole.
        case stream(@Sendable (inout ReplyWriter) async throws -> Void)
        /// No more HTTP: the connection becomes a WebSocket. Returns as soon as it has.
        case takeover(@Sendable (any Channel) async -> Void)
    }

    /// The status.
    package var status: HTTPResponse.Status
    /// Fields beside those that the server sets itself.
    package var headers: HTTPFields = [:]
    /// The bytes.
    package var body: Body
    /// The format of the bytes.
    package var mediaType: MediaType?
    /// The position of the log that the answer comes from: becomes `ETag` and `X-Position`.
    package var position: Int64?
    /// What stands in the `ETag` in place of the position.
    package var version: EntityVersion?

    /// An answer.
    package init(_ status: HTTPResponse.Status, _ body: Body, _ mediaType: MediaType?, position: Int64? = nil) {
        self.status = status
        self.body = body
        self.mediaType = mediaType
        self.position = position
    }
}

extension Reply {
    /// A JSON text.
    package static func json(
        _ status: HTTPResponse.Status = .ok,
        position: Int64? = nil,
        _ write: (inout JSONWriter) throws -> Void
    ) rethrows -> Reply {
        var writer = JSONWriter(reservingCapacity: 512)
        try write(&writer)
        return Reply(status, .bytes(writer.bytes), .json, position: position)
    }

    /// Plain text.
    package static func text(_ text: String, position: Int64? = nil) -> Reply {
        Reply(.ok, .bytes([UInt8](text.utf8)), .text, position: position)
    }

    /// Bytes of some format.
    package static func bytes(_ bytes: [UInt8], _ mediaType: MediaType, position: Int64? = nil) -> Reply {
        Reply(.ok, .bytes(bytes), mediaType, position: position)
    }

    /// 204.
    package static let noContent = Reply(.noContent, .none, nil)

    /// The same with `Location`: where the thing is that was made.
    package func located(at path: String) -> Reply {
        var reply = self
        reply.headers[.location] = path
        return reply
    }
}
