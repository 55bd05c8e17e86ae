import Foundation
import HTTPTypes
import HummingbirdTesting
import JSON
import NIOCore
import TestSupport
import Testing

@testable import HTTPAPI

/// A visitor who signs in by an OpenID provider of the tests' own, which does wrong when it is told to.
struct ProviderDesk {
    static let client = "daybook"
    /// Of characters that a form encodes.
    static let secret = "a secret/of+tests&more"
    static let address = "https://daybook.example"

    let served: Served
    let desk: ConsoleDesk
    let providerPort: Int

    /// Lends one over a server that knows the provider.
    static func open(
        isPublic: Bool = false,
        with environment: [String: String] = [:],
        _ body: @escaping @Sendable (Served, Int) async throws -> Void
    ) async throws {
        try await StandIn.run("openid_provider.py", client, isPublic ? "" : secret) { stand in
            let port = Int(stand.port)
            let file = FileManager.default.temporaryDirectory.appendingPathComponent(
                "daybook-secret-\(UUID().uuidString)"
            )
            defer { try? FileManager.default.removeItem(at: file) }
            try Data((secret + "\n").utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
            var settings = settings(port).merging(environment) { $1 }
            if !isPublic { settings["DAYBOOK_OIDC_CLIENT_SECRET_FILE"] = file.path }
            try await Served.open(with: settings) { try await body($0, port) }
        }
    }

    /// What a server is told of a provider on this machine.
    static func settings(_ port: Int) -> [String: String] {
        [
            "DAYBOOK_JWT_ISSUER": "http://127.0.0.1:\(port)", "DAYBOOK_OIDC_CLIENT_ID": client,
            "DAYBOOK_PUBLIC_URL": address, "DAYBOOK_OIDC_NAME": "School <id>",
        ]
    }

    init(_ served: Served, _ port: Int) {
        self.served = served
        desk = ConsoleDesk(served)
        providerPort = port
    }

    // MARK: The provider

    func become(_ mood: JSONObject) async throws {
        var writer = JSONWriter()
        writer.value(mood)
        _ = try await ask(.post, "/_mood", writer.text)
    }

    /// What was sent to its token endpoint.
    func seen() async throws -> [JSONValue] {
        try JSONValue(parsing: try await ask(.get, "/_seen").text).array ?? []
    }

    private func ask(_ method: HTTPRequest.Method, _ target: String, _ body: String? = nil) async throws -> Answer {
        let message = TestClient.Request(
            target,
            method: method,
            authority: "127.0.0.1:\(providerPort)",
            headers: [:],
            body: body.map { ByteBuffer(string: $0) }
        )
        return try await TestClient.withClient(host: "127.0.0.1", port: providerPort) { client in
            let response = try await client.execute(message)
            return Answer(
                status: Int(response.status.code),
                headers: response.headers,
                text: response.body.map { String(buffer: $0) } ?? ""
            )
        }
    }

    // MARK: The way there and back

    /// The link on the page for signing in.
    func link(next: String = "") async throws -> String {
        let target = next.isEmpty ? "/console/sign-in" : "/console/sign-in?next=\(PercentCoding.encode(next))"
        let page = try await desk.get(target).text
        let link = try #require(page.firstMatch(of: /id="provider" href="([^"]+)"/), "\(page)")
        return String(link.1).replacing("&amp;", with: "&")
    }

    /// Follows the link; answers the provider's address that it leads to.
    func leave(next: String = "") async throws -> String {
        let answer = try await desk.get(try await link(next: next))
        #expect(answer.status == 303, "\(answer)")
        return try #require(answer.headers[.location])
    }

    /// Has the provider let its user in; answers the address that it leads back to, from its path on.
    func letIn(_ address: String) async throws -> String {
        let base = "http://127.0.0.1:\(providerPort)"
        #expect(address.hasPrefix(base + "/authorize?"), "\(address)")
        let answer = try await ask(.get, String(address.dropFirst(base.count)))
        let back = try #require(answer.headers[.location], "\(answer)")
        #expect(back.hasPrefix("\(Self.address)/console/sign-in/return?"), "\(back)")
        return String(back.dropFirst(Self.address.count))
    }

    /// All the way.
    @discardableResult
    func signIn(next: String = "") async throws -> Answer {
        try await desk.get(try await letIn(try await leave(next: next)))
    }

    /// Opens a page once, whatever comes of it.
    func open(_ target: String) async throws -> Answer {
        let cookies = desk.cookies.map { "\($0)=\($1)" }.joined(separator: "; ")
        return try await served.send(Sending(.get, target, headers: ["Cookie": cookies]), token: nil)
    }

    /// The parameters of an address.
    static func parameters(_ address: String) throws -> [String: String] {
        let items = try #require(RequestTarget(address)).queryItems()
        return Dictionary(items.map { ($0.name, $0.value) }) { first, _ in first }
    }

    /// Whether the visitor is let in.
    func isIn() async throws -> Bool { try await desk.get("/console/inbox").status == 200 }
}
