import HTTPTypes
import Hummingbird
import NIOCore

/// Reads the body of a request once, within its limit, and remembers whether one was left unread.
struct BodyReader {
    /// What is left of an unread body is read past for the next request, if it is no more than this.
    private static let drainable = 65_536

    private let request: Request
    private let length: Int?
    private let hasBody: Bool
    private var isRead = false
    /// How long the body was, once it was read.
    private(set) var bytesRead = 0

    init(_ request: Request) {
        self.request = request
        length = request.headers[.contentLength].flatMap { Int($0) }
        hasBody = length.map { $0 > 0 } ?? request.headers.contains(.transferEncoding)
    }

    /// Whether so much of the body is unread that the connection had better be closed.
    var isLeftBehind: Bool {
        hasBody && !isRead && (length ?? .max) > Self.drainable
    }

    /// The bytes of the body, after checking its form as the endpoint declares it.
    mutating func read(for endpoint: Endpoint, limit serverLimit: Int) async throws -> ByteBuffer {
        let declared = endpoint.operation.body
        guard hasBody else { return ByteBuffer() }
        if let declared { try refuseOtherFormats(than: declared) }

        // Where no body is taken, an empty object is let pass: many clients always send one.
        let limit = declared.map { $0.maximumBytes ?? serverLimit } ?? 16
        guard length ?? 0 <= limit else { throw Self.tooLarge(limit, isTaken: declared != nil) }
        let buffer: ByteBuffer
        do {
            buffer = try await request.body.collect(upTo: limit)
            isRead = true
            bytesRead = buffer.readableBytes
        } catch is NIOTooManyBytesError {
            throw Self.tooLarge(limit, isTaken: declared != nil)
        }
        guard declared != nil || buffer.readableBytesView.allSatisfy({ " \t\r\n{}".utf8.contains($0) }) else {
            throw Self.tooLarge(limit, isTaken: false)
        }
        return buffer
    }

    private func refuseOtherFormats(than declared: OperationDescription.Body) throws {
        let expected = declared.mediaTypes
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw Problem(declared.otherFormat, "Send the body without Content-Encoding.")
        }
        // A body without a Content-Type is taken for what is expected (RFC 9110, section 8.3).
        guard let type = request.headers[.contentType], !expected.contains(where: { $0.name == type }) else { return }
        let parts = type.lowercased().split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
        let hasOtherCharset = parts.dropFirst().contains { part in
            part.hasPrefix("charset=") && part.filter { $0 != "\"" } != "charset=utf-8"
        }
        guard expected.contains(where: { $0.name == parts.first }), !hasOtherCharset else {
            throw Problem(
                declared.otherFormat,
                "Send the body as \(expected.map(\.name).joined(separator: " or ")) in UTF-8, and say so with Content-Type.",
                headers: [HTTPField(name: .accept, value: expected.map(\.name).joined(separator: ", "))]
            )
        }
    }

    private static func tooLarge(_ limit: Int, isTaken: Bool) -> Problem {
        isTaken
            ? Problem(.contentTooLarge, "The body may have at most \(limit) bytes.")
            : Problem(.badRequest, "This request takes no body; leave it out.")
    }
}
