package import HTTPTypes
import OpenSSL

/// The opening handshake of a client (RFC 6455, section 4.2), read and found in order.
package struct WebSocketHandshake: Sendable {
    /// What is wrong with one.
    package enum Failure: Error, Sendable, Hashable {
        /// It is not a request for a WebSocket at all: 426.
        case notAnUpgrade
        /// It asks for another version than 13: 426 that names it.
        case otherVersion
        /// It is malformed: 400, with the reason.
        case malformed(String)
    }

    private static let guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// The subprotocols that the client would speak, best first.
    package let subprotocols: [String]
    /// Whether the client can take compressed messages, under the terms that ``responseFields(subprotocol:allowsDeflate:)`` answers.
    package let offersDeflate: Bool
    private let key: String

    /// Reads the fields of a request.
    package init(_ request: HTTPRequest) throws(Failure) {
        let fields = request.headerFields
        guard Self.tokens(fields[.upgrade]).contains("websocket") else { throw .notAnUpgrade }
        guard Self.tokens(fields[.connection]).contains("upgrade") else {
            throw .malformed("A request for a WebSocket has Connection: Upgrade.")
        }
        guard request.method == .get else { throw .malformed("A request for a WebSocket is a GET.") }
        guard fields[.secWebSocketVersion] == "13" else { throw .otherVersion }
        guard let key = fields[.secWebSocketKey], key.utf8.count == 24, Base64.decode(key)?.count == 16 else {
            throw .malformed("Sec-WebSocket-Key is 16 bytes in base64, and comes once.")
        }
        guard fields[.contentLength] ?? "0" == "0", fields[.transferEncoding] == nil else {
            throw .malformed("A request for a WebSocket has no body.")
        }
        self.key = key
        let names = (fields[.secWebSocketProtocol] ?? "").split(separator: ",").map {
            $0.filter { $0 != " " && $0 != "\t" }
        }
        guard Set(names).count == names.count, names.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isTokenByte) })
        else { throw .malformed("Sec-WebSocket-Protocol lists names, each once.") }
        subprotocols = names
        offersDeflate = fields[.secWebSocketExtensions].map(DeflateOffer.isAcceptable) ?? false
    }

    /// The fields of the answer 101.
    package func responseFields(subprotocol: String?, allowsDeflate: Bool) -> HTTPFields {
        var fields: HTTPFields = [
            .upgrade: "websocket",
            .connection: "Upgrade",
            .secWebSocketAccept: Base64.encode(SHA1.hash([UInt8]((key + Self.guid).utf8))),
        ]
        if let subprotocol { fields[.secWebSocketProtocol] = subprotocol }
        if allowsDeflate, offersDeflate { fields[.secWebSocketExtensions] = DeflateOffer.answer }
        return fields
    }

    private static func tokens(_ field: String?) -> [String] {
        (field ?? "").lowercased().split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
    }

    /// A byte of a token (RFC 9110, section 5.6.2).
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
