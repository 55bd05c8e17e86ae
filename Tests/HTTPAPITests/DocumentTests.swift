import HTTPTypes
import JSON
import Testing

@testable import HTTPAPI

/// The OpenAPI document and the health endpoints.
@Suite struct DocumentTests {
    @Test func theDocumentHoldsEveryEndpoint() async throws {
        let answer = try await exchange(.get, "/openapi.json", signedIn: false)
        #expect(answer.status == 200)
        let document = try #require(answer.json)
        #expect(document["openapi"]?.string == "3.1.0")
        #expect(document["info"]?["version"]?.string == "1.2.3")
        for endpoint in TestAPI.endpoints {
            let item = document["paths"]?[endpoint.path.text]
            #expect(item?[endpoint.method.rawValue.lowercased()]?["summary"]?.string == endpoint.summary)
        }
        #expect(document["paths"]?["/readyz"]?["get"] != nil)
    }

    @Test func anOperationTellsAllThatIsDeclared() async throws {
        let document = OpenAPIDocument(APIDescription(version: "1"), TestAPI.endpoints).json
        let put = try #require(document["paths"]?["/roles/{roleId}"]?["put"])
        #expect(put["operationId"]?.string == "putRolesByRoleId")
        #expect(put["x-permission"]?.string == "roles:write")
        let parameters = (put["parameters"]?.array ?? []).map {
            "\($0["in"]?.string ?? "") \($0["name"]?.string ?? "")"
        }
        #expect(
            parameters == [
                "path roleId", "query branchId", "header Idempotency-Key", "header X-Min-Position",
                "header Daybook-Session",
            ]
        )
        let schema = put["requestBody"]?["content"]?["application/json"]?["schema"]
        #expect(schema?["$ref"]?.string == "#/components/schemas/RoleName")
        let responses = put["responses"]?.object?.members.map(\.name) ?? []
        #expect(responses == ["200", "400", "401", "403", "406", "409", "413", "415", "422", "429", "500", "503"])
        let component = document["components"]?["schemas"]?["RoleName"]
        #expect(component?["additionalProperties"]?.bool == false)
        #expect(component?["required"]?.array == ["name"])
    }

    @Test func nobodyIsToldToNameASessionWhereNobodySignsIn() throws {
        let document = OpenAPIDocument(APIDescription(version: "1"), TestAPI.endpoints).json
        let open = try #require(document["paths"]?["/open"]?["get"])
        #expect(open["parameters"] == nil)
    }

    @Test func aBodyThatMayBeLeftOutIsNotRequired() {
        let endpoints: [Endpoint] = [
            Endpoint(
                .post,
                "/must",
                "Take a body",
                tag: "t",
                access: .open,
                inputs: JSONBody(RoleName.self),
                outputs: .text("Taken.")
            ) { _, _ in .text("taken") },
            Endpoint(
                .post,
                "/may",
                "Take a body, or none",
                tag: "t",
                access: .open,
                inputs: OptionalBody(RoleName.self),
                outputs: .text("Taken.")
            ) { _, _ in .text("taken") },
        ]
        let paths = OpenAPIDocument(APIDescription(version: "1"), endpoints).json["paths"]
        #expect(paths?["/must"]?["post"]?["requestBody"]?["required"]?.bool == true)
        #expect(paths?["/may"]?["post"]?["requestBody"]?["required"]?.bool == false)
    }

    @Test func everyReferenceLeadsSomewhere() throws {
        let document = JSONValue.object(OpenAPIDocument(APIDescription(version: "1"), TestAPI.endpoints).json)
        var references: [String] = []
        func collect(_ value: JSONValue) {
            switch value {
            case .array(let elements): elements.forEach(collect)
            case .object(let object):
                for member in object.members {
                    if member.name == "$ref", let target = member.value.string { references.append(target) }
                    collect(member.value)
                }
            default: break
            }
        }
        collect(document)
        #expect(!references.isEmpty)
        for reference in references {
            let pointer = try #require(JSONPointer(String(reference.dropFirst())))
            #expect(document[pointer] != nil, "\(reference)")
        }
    }

    private struct Check: ReadinessCheck {
        let name: String
        var problem: String?
        var delay = Duration.zero

        func obstacle() async -> String? {
            try? await Task.sleep(for: delay)
            return problem
        }
    }

    @Test func aliveIsAlive() async throws {
        let answer = try await exchange(.get, "/livez", signedIn: false)
        #expect(answer.status == 200)
        #expect(answer.json?["status"]?.string == "alive")
    }

    @Test func readyMeansThatEveryCheckIs() async throws {
        let ready = try await exchange(.get, "/readyz", signedIn: false, readiness: [Check(name: "database")])
        #expect(ready.status == 200)
        let checks: [any ReadinessCheck] = [Check(name: "database", problem: "It is away."), Check(name: "keys")]
        let unready = try await exchange(.get, "/readyz", signedIn: false, readiness: checks)
        #expect(unready.status == 503)
        #expect(unready.problem == "unavailable")
        #expect(unready.headers[.retryAfter] != nil)
        #expect(unready.json?["checks"]?.array?.map { $0["status"]?.string } == ["notReady", "ready"])
    }

    @Test func aCheckThatHangsCountsAsNotReady() async throws {
        let checks: [any ReadinessCheck] = [Check(name: "slow", delay: .seconds(60))]
        #expect(try await exchange(.get, "/readyz", readiness: checks).status == 503)
    }

    @Test func fieldNamesAreWhatTheyShouldBe() {
        let names = [
            HTTPField.Name.traceParent, .requestID, .minimumPosition, .position, .idempotencyKey, .link, .rootHash,
            .representationDigest, .referrerPolicy,
            .forwardedFor,
        ]
        #expect(
            names.map(\.rawName) == [
                "traceparent", "X-Request-ID", "X-Min-Position", "X-Position", "Idempotency-Key", "Link", "X-Root-Hash",
                "Repr-Digest", "Referrer-Policy", "X-Forwarded-For",
            ]
        )
    }

    @Test func logLinesCannotBeForged() {
        #expect(LogText("a\r\nb\u{1B}[31m\u{202E}\\n").description == "a\\u{d}\\u{a}b\\u{1b}[31m\\u{202e}\\\\n")
        #expect(LogText(String(repeating: "x", count: 900), limit: 10).description.count == 10)
    }
}
