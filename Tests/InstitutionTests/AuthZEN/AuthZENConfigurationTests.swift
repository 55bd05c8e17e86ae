import Access
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import TestSupport
import Testing

@testable import HTTPAPI

/// `GET /.well-known/authzen-configuration`: section 9 of the standard.
@Suite struct AuthZENConfigurationTests {
    private static let path = "/.well-known/authzen-configuration"

    @Test func everybodyIsToldWhereTheEndpointsAre() async throws {
        try await School.open(over: .live) { school in
            let answer = try await school.client.execute(uri: Self.path, method: .get) { response in
                Answer(
                    status: Int(response.status.code),
                    headers: response.headers,
                    text: String(buffer: response.body)
                )
            }
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == "application/json")
            let identifier = try #require(answer.json?["policy_decision_point"]?.string)
            #expect(identifier == "https://localhost", "the Host that this client sends: \(answer)")
            let endpoints = answer.json?.object?.members.dropFirst().compactMap(\.value.string) ?? []
            #expect(
                endpoints
                    == [
                        "evaluation", "evaluations", "search/subject", "search/resource", "search/action",
                    ].map { "\(identifier)/access/v1/\($0)" }
            )
            // It says what the request said, so nobody is to be given another's.
            #expect(answer.headers[.cacheControl] == "no-store")
            for endpoint in endpoints {
                let path = String(endpoint.dropFirst(identifier.count))
                let asked = try await school.send(.post, path, type: "application/json", body: evaluation())
                #expect(asked.status == 200, "\(asked)")
            }
        }
    }

    @Test func aConfiguredAddressIsNotChangedByTheHostOfARequest() async throws {
        try await School.open { school in
            let address = try #require(PublicAddress(url: "https://books.example"))
            let access = AuthZENAccess(access: school.access, institution: school.institution, address: address)
            let endpoint = Endpoint.authZENConfiguration(access)
            let application = try APIServer.application(
                [endpoint],
                description: APIDescription(version: "1"),
                readiness: [],
                services: EndpointServices(
                    authenticator: Nobody(),
                    authorizer: Nobody(),
                    cursors: CursorSeal(key: [UInt8](repeating: 7, count: 32))
                ),
                settings: ServerSettings(port: 0),
                logger: LogFixture.quiet
            )
            try await application.test(.router) { client in
                let headers: [String: String] = [
                    "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Forwarded-Proto": "http",
                ]
                var fields: HTTPFields = [:]
                for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
                let text = try await client.execute(uri: Self.path, method: .get, headers: fields) { response in
                    #expect(response.headers[.cacheControl] == "public, max-age=3600")
                    return String(buffer: response.body)
                }
                #expect(try JSONValue(parsing: text)["policy_decision_point"]?.string == "https://books.example")
                #expect(!text.contains("evil"))
            }
        }
    }

    @Test(arguments: [
        "", "a b", "evil.example/path", "user@evil.example", "evil.example?x", "evil.example#x", "evil..example",
        "evil.example:", "evil.example:0", "evil.example:99999", "evil.example:8a", "-evil.example", "[::1", "[x]",
        "evil\"example", "evil<example>", String(repeating: "a", count: 400),
    ])
    func aHostThatIsNoneIsNoAddress(host: String) {
        #expect(PublicAddress(authority: host) == nil)
        #expect(PublicAddress(url: "https://" + host) == nil || host == "evil.example/path")
    }

    @Test(arguments: ["books.example", "BOOKS.example:8443", "127.0.0.1:80", "[::1]:8443", "[::1]", "localhost"])
    func aHostIsAnAddress(host: String) {
        #expect(PublicAddress(authority: host)?.description == "https://" + host)
        #expect(PublicAddress(url: "https://\(host)/")?.description == "https://" + host)
    }
}

private struct Nobody: Authenticator, Authorizer {
    func authenticate(bearer token: String) async throws -> SignIn {
        SignIn(actor: token, method: .jwt(issuer: "test"))
    }
    func authorize(
        actor: String,
        permission: String,
        in scope: BranchScope,
        for context: HTTPAPI.RequestContext
    ) async throws -> AccessDecision { .refused }
}
