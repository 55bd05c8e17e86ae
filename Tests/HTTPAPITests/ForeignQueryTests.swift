import Hummingbird
import HummingbirdTesting
import Testing

@testable import HTTPAPI

/// Queries that another server writes.
@Suite struct ForeignQueryTests {
    private static func endpoint(_ path: PathTemplate, _ input: some EndpointInput) -> Endpoint {
        Endpoint(
            .get,
            path,
            "Fail",
            tag: "test",
            access: .open,
            inputs: input,
            outputs: .json(.ok, .anyObject, "Nothing.")
        ) {
            _,
            _ in throw Problem(.conflict, "As always.")
        }
    }

    /// What is logged of a request.
    private static func log(_ target: String) async throws -> (status: Int, text: String) {
        let lines = LogLines()
        let app = try APIServer.application(
            [
                endpoint("/foreign", ForeignQuery()), endpoint("/own", Query("code", .identifier, "A code.")),
                endpoint("/link/{token}", Path("token", .identifier, "What opens it.")),
            ],
            description: APIDescription(version: "1"),
            readiness: [],
            services: TestAPI.services(),
            settings: ServerSettings(port: 0),
            logger: lines.logger
        )
        let status = try await app.test(.router) { client in
            try await client.execute(uri: target, method: .get) { Int($0.status.code) }
        }
        return (status, lines.text)
    }

    @Test func whatIsNotKnownOfThemIsPassedOver() async throws {
        let foreign = try await Self.log("/foreign?code=a-secret&session_state=x")
        #expect(foreign.status == 409, "\(foreign)")
        #expect(try await Self.log("/own?code=a&session_state=x").status == 400)
    }

    @Test(arguments: [
        ("/foreign?code=a-secret&session_state=x", 409, "/foreign"),
        // Nor where it cannot be read.
        ("/foreign?code=a-secret&x=%zz", 400, "/foreign"),
        ("/own?code=a-secret", 409, "/own"),
        ("/link/a-secret", 409, "/link/{token}"),
    ])
    func nothingOfAnAddressIsLoggedButItsRoute(target: String, status: Int, route: String) async throws {
        let logged = try await Self.log(target)
        #expect(logged.status == status, "\(logged)")
        #expect(logged.text.contains(route) && !logged.text.contains("a-secret"), "\(logged)")
    }
}
