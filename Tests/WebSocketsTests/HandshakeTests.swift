import HTTPTypes
import OpenSSL
import Testing

@testable import HTTPAPI
@testable import WebSockets

@Suite struct HandshakeTests {
    private func request(
        _ fields: [HTTPField.Name: String?] = [:],
        method: HTTPRequest.Method = .get,
        authority: String = "school.example"
    ) -> HTTPRequest {
        var all: [HTTPField.Name: String?] = [
            .connection: "keep-alive, Upgrade", .upgrade: "WebSocket", .secWebSocketVersion: "13",
            .secWebSocketKey: "dGhlIHNhbXBsZSBub25jZQ==",
        ]
        for (name, value) in fields { all[name] = .some(value) }
        var request = HTTPRequest(method: method, scheme: "http", authority: authority, path: "/x")
        for (name, value) in all { if let value { request.headerFields[name] = value } }
        return request
    }

    private func handshake(_ fields: [HTTPField.Name: String?]) throws -> SocketHandshake {
        try SocketHandshake(request(fields), subprotocols: ["v2", "v1"], allowsDeflate: true, origins: .own)
    }

    private func status(_ body: () throws -> SocketHandshake) -> Int {
        do {
            _ = try body()
            return 101
        } catch {
            return Int(Problem(hearing: error).kind.status.code)
        }
    }

    @Test func theExampleOfTheRFCIsAnsweredAsThere() throws {
        let fields = try WebSocketHandshake(request()).responseFields(subprotocol: nil, allowsDeflate: true)
        #expect(fields[.secWebSocketAccept] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(fields[.secWebSocketExtensions] == nil)
    }

    @Test func whatIsNotInOrderIsRefusedWithItsStatus() {
        #expect(status { try handshake([.upgrade: nil]) } == 426)
        #expect(status { try handshake([.upgrade: "h2c"]) } == 426)
        #expect(status { try handshake([.secWebSocketVersion: "8"]) } == 426)
        #expect(status { try handshake([.secWebSocketVersion: nil]) } == 426)
        #expect(status { try handshake([.connection: "close"]) } == 400)
        #expect(status { try handshake([.secWebSocketKey: nil]) } == 400)
        #expect(status { try handshake([.secWebSocketKey: "c2hvcnQ="]) } == 400)
        #expect(status { try handshake([.secWebSocketProtocol: "v1, v1"]) } == 400)
        #expect(status { try handshake([.secWebSocketProtocol: "v3"]) } == 400)
        #expect(status { try handshake([.contentLength: "3"]) } == 400)
        #expect(status { try handshake([.secWebSocketProtocol: "v1, daybook.bearer.!!"]) } == 400)
        #expect(status { try handshake([.origin: "https://evil.example"]) } == 403)
    }

    @Test func aTokenIsReadFromTheSubprotocolsAndNeverAnswered() throws {
        let token = Base64.encode(Array("dbk_secret".utf8), .urlSafe)
        let handshake = try handshake([.secWebSocketProtocol: "daybook.bearer.\(token), v1"])
        #expect(handshake.authorization == "Bearer dbk_secret")
        #expect(handshake.subprotocol == "v1")
        #expect(handshake.responseFields[.secWebSocketProtocol] == "v1")
        #expect(!"\(handshake.responseFields)".contains(token))
        // Alone it would leave a browser without a subprotocol, and so without a connection.
        #expect(status { try self.handshake([.secWebSocketProtocol: "daybook.bearer.\(token)"]) } == 400)
        #expect(
            status {
                try self.handshake([.secWebSocketProtocol: "daybook.bearer.\(token), v1", .authorization: "Bearer x"])
            } == 400
        )
        #expect(try self.handshake([.secWebSocketProtocol: "daybook.bearer, v2"]).signsInLater)
    }

    @Test func theClientsOrderOfSubprotocolsCounts() throws {
        #expect(try handshake([.secWebSocketProtocol: "other, v1, v2"]).subprotocol == "v1")
        #expect(try handshake([:]).subprotocol == nil)
    }

    @Test(arguments: [
        (nil, true), ("https://school.example", true), ("http://SCHOOL.example:80", true),
        ("https://console.example", true), ("https://console.example:443", true), ("http://console.example", false),
        ("null", false), ("https://school.example.evil.example", false), ("https://evil.example", false),
        ("https://school.example:8443", false), ("file://", false), ("https://school.example@evil.example", false),
        ("https://", false),
    ])
    func pagesConnectFromTheServersOwnOriginAndListedOnes(origin: String?, isAdmitted: Bool) throws {
        let origins = try #require(WebOrigins(["https://console.example"]))
        #expect(origins.admits(request([.origin: origin])) == isAdmitted)
    }

    @Test func whatIsNoOriginCannotBeListed() {
        #expect(WebOrigins(["console.example"]) == nil)
        #expect(WebOrigins(["https://console.example/path"]) == nil)
        #expect(WebOrigins(["*"]) == nil)
    }
}
