import HTTPTypes
import OpenSSL
import WebSockets

/// An opening handshake that is in order, and what it says of who connects.
struct SocketHandshake: Sendable {
    /// The subprotocol by whose name a browser, which cannot set `Authorization`, brings its token; never answered.
    static let tokenProtocol = "daybook.bearer."
    /// Offered by a client that will sign in with its first message.
    static let laterProtocol = "daybook.bearer"

    /// The value that an `Authorization` field would have.
    let authorization: String?
    /// Whether the token comes in the first message.
    let signsInLater: Bool
    /// What the two will speak.
    let subprotocol: String?
    /// Whether messages may be compressed.
    let allowsDeflate: Bool
    private let handshake: WebSocketHandshake

    /// What the field `Authorization` says, or would say if the client could set it.
    static func authorization(of request: HTTPRequest) -> String? {
        if let field = request.headerFields[.authorization] { return field }
        let names = (request.headerFields[.secWebSocketProtocol] ?? "").split { $0 == "," || $0 == " " || $0 == "\t" }
        guard let name = names.first(where: { $0.hasPrefix(tokenProtocol) }) else { return nil }
        return Base64.decode(name.dropFirst(tokenProtocol.count), .urlSafe)
            .map { "Bearer \(String(decoding: $0, as: UTF8.self))" }
    }

    /// Reads a request. Throws what it is answered with instead.
    ///
    /// - Parameter isByPage: whether what the browser keeps tells who it is. A browser sends that along whichever page asks,
    ///   so that it has to say that it is one of this server; and no token is taken beside it.
    init(
        _ request: HTTPRequest,
        subprotocols known: [String],
        allowsDeflate: Bool,
        origins: WebOrigins,
        isByPage: Bool = false
    ) throws {
        let handshake = try WebSocketHandshake(request)
        guard isByPage ? WebOrigins.own.isOfPage(request) : origins.admits(request) else {
            throw Problem(
                .originRefused,
                isByPage
                    ? "Only pages of this server may connect here."
                    : "Pages of this origin may not connect. DAYBOOK_WEB_ORIGINS lists those that may."
            )
        }
        let tokens = handshake.subprotocols.filter { $0.hasPrefix(Self.tokenProtocol) }
        let offered = handshake.subprotocols.filter { !$0.hasPrefix(Self.laterProtocol) }
        let named = request.headerFields[.authorization]
        let isLater = handshake.subprotocols.contains(Self.laterProtocol)
        guard tokens.count + (named == nil ? 0 : 1) + (isLater ? 1 : 0) <= 1 else {
            throw Problem(.badRequest, "Bring one token, in one place.")
        }
        authorization = Self.authorization(of: request)
        guard tokens.isEmpty || authorization != nil else {
            throw Problem(.badRequest, "The token in Sec-WebSocket-Protocol is to be base64url without padding.")
        }
        subprotocol = offered.first { known.contains($0) }
        guard subprotocol != nil || handshake.subprotocols.isEmpty else {
            // A browser drops a connection whose answer names none of what it offered.
            throw Problem(.badRequest, "Offer also what is spoken here: \(known.joined(separator: ", ")).")
        }
        guard !isByPage || (tokens.isEmpty && named == nil && !isLater) else {
            throw Problem(.badRequest, "Who connects here is told by the session of the console, and by no token.")
        }
        signsInLater = isLater
        self.allowsDeflate = allowsDeflate && handshake.offersDeflate
        self.handshake = handshake
    }

    /// The fields of the answer.
    var responseFields: HTTPFields {
        handshake.responseFields(subprotocol: subprotocol, allowsDeflate: allowsDeflate)
    }
}
