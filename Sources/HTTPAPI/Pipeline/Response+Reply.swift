import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// Goes with every answer that says nothing else: this is an API, and nothing of it is to be run, framed or guessed at by a browser.
    private static let securityHeaders: HTTPFields = [
        .xContentTypeOptions: "nosniff",
        .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
        .referrerPolicy: "no-referrer",
    ]

    /// The response that carries a reply; the account is closed when it has gone.
    init(
        _ reply: Reply,
        to request: HTTPRequest,
        _ trace: TraceContext,
        _ account: RequestAccount,
        _ channel: any Channel
    ) {
        // Pages say themselves what they may do.
        var headers = HTTPFields()
        for field in Self.securityHeaders where !reply.headers.contains(field.name) { headers.append(field) }
        headers.append(HTTPField(name: .traceParent, value: trace.traceparent))
        headers.append(trace.requestIDField(for: request))
        for field in reply.headers { headers.append(field) }
        if let type = reply.mediaType { headers.append(HTTPField(name: .contentType, value: type.contentType)) }

        let isRead = request.method == .get || request.method == .head
        if let position = reply.position {
            headers.append(HTTPField(name: .position, value: String(position)))
            if isRead {
                headers.append(
                    HTTPField(name: .eTag, value: EntityTag.text(of: reply.version ?? EntityVersion(position)))
                )
                headers.append(
                    HTTPField(name: .vary, value: "Accept, Authorization, \(HTTPField.Name.session.rawName)")
                )
            }
        }
        if !reply.headers.contains(.cacheControl) {
            // What has a tag may be kept, but is asked after each time.
            let policy = isRead && reply.position != nil ? "private, no-cache" : "no-store"
            headers.append(HTTPField(name: .cacheControl, value: policy))
        }

        let body: ResponseBody
        let status = Int(reply.status.code)
        switch reply.body {
        case .none:
            body = ResponseBody()
            account.close(status: status, bytes: 0)
        case .bytes(let bytes):
            account.close(status: status, bytes: request.method == .head ? 0 : bytes.count)
            headers.append(HTTPField(name: .contentLength, value: String(bytes.count)))
            body = request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .takeover(let run):
            body = ResponseBody { _ in
                await run(channel)
                throw ConnectionTakenOver()
            }
            account.close(status: status, bytes: 0)
        case .part(let bytes):
            account.close(status: status, bytes: request.method == .head ? 0 : bytes.count)
            headers.append(HTTPField(name: .contentLength, value: String(bytes.count)))
            body = request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .stream where request.method == .head:
            body = ResponseBody()
            account.close(status: status, bytes: 0)
        case .stream(let write):
            let open = OpenAccount { account.close(status: $0, bytes: $1) }
            body = Self.streamed(write, status: status, open)
        }
        self.init(status: reply.status, headers: headers, body: body)
        // An empty length is right for 204 and 304 by leaving it out (RFC 9110, section 8.6).
        if reply.status == .noContent || reply.status == .notModified { self.headers[.contentLength] = nil }
    }

    /// A body that is written while it is made. Where the head cannot be written it never is, and is let go.
    static func streamed(
        _ write: @escaping @Sendable (inout ReplyWriter) async throws -> Void,
        status: Int,
        _ account: OpenAccount
    ) -> ResponseBody {
        ResponseBody { sink in
            var writer = ReplyWriter(sink)
            do {
                try await write(&writer)
                try await writer.finish()
            } catch {
                // Whatever was promised with the status, the answer was broken off.
                account.close(status: 500, bytes: writer.bytesWritten)
                throw error
            }
            account.close(status: status, bytes: writer.bytesWritten)
        }
    }
}

extension TraceContext {
    /// The id by which the client knows its request, as the client gave it, else the trace id.
    ///
    /// A field's value has no line breaks, so that it can go back as it came, whatever it is.
    func requestIDField(for request: HTTPRequest) -> HTTPField {
        let own = request.headerFields[.requestID] ?? ""
        return HTTPField(name: .requestID, value: own.isEmpty ? traceID : own)
    }

    /// The id by which logs know a request. The id by which a client knows its request: its own, if it is harmless, else the trace id.
    func requestID(for request: HTTPRequest) -> String {
        guard let own = request.headerFields[.requestID], (1...128).contains(own.utf8.count),
            own.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return traceID }
        return own
    }
}

extension Reply {
    /// The answer to OPTIONS.
    static func options(_ methods: [HTTPRequest.Method]) -> Reply {
        var reply = Reply.noContent
        reply.headers[.allow] = allow(methods)
        return reply
    }

    /// The value of `Allow`: the methods of the endpoints, and those that follow from them.
    static func allow(_ methods: [HTTPRequest.Method]) -> String {
        var names = methods.map(\.rawValue)
        if methods.contains(.get) { names.append("HEAD") }
        return (names.sorted() + ["OPTIONS"]).joined(separator: ", ")
    }
}

extension Problem {
    /// 405 with what is allowed.
    static func methodNotAllowed(_ method: HTTPRequest.Method, allowed: [HTTPRequest.Method]) -> Problem {
        let allow = Reply.allow(allowed)
        return Problem(
            .methodNotAllowed,
            "\(method.rawValue) is not answered at this path; \(allow) are.",
            headers: [HTTPField(name: .allow, value: allow)]
        )
    }
}
