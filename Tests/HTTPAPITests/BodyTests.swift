import JSON
import Testing

@testable import HTTPAPI

/// What bad bodies get.
@Suite struct BodyTests {
    private func put(_ body: String?, headers: [String: String] = [:]) async throws -> Answer {
        try await exchange(.put, "/roles/r1", headers: headers, body: body)
    }

    @Test func aGoodBodyArrives() async throws {
        let answer = try await put(#"{"name":"Head \u00e9","tags":["a"]}"#)
        #expect(answer.status == 200)
        #expect(answer.json?["name"]?.string == "Head é")
    }

    @Test func whatIsNotJSONIs400WithThePlace() async throws {
        let answer = try await put("{\n  \"name\": \"x\",\n  \"tags\": [1, }\n}")
        #expect(answer.status == 400)
        #expect(answer.problem == "malformed-json")
        #expect(answer.json?["line"]?.int64 == 3)
        #expect(answer.json?["column"]?.int64 != nil)
        #expect(answer.faults == ["body /tags/1"])
    }

    @Test(arguments: ["", "{", "nul", #"{"name":"x"} {}"#, #"{"name":"x","name":"y"}"#, #"{"name":"\u0000"}"#])
    func eachKindOfBrokenTextIs400(body: String) async throws {
        #expect(try await put(body).problem == "malformed-json")
    }

    @Test func aMissingBodyIs400() async throws {
        #expect(try await put(nil).problem == "malformed-json")
    }

    @Test func nestingBeyondReasonIs400() async throws {
        #expect(try await put(String(repeating: "[", count: 400)).problem == "malformed-json")
    }

    @Test func everyWrongMemberIsNamed() async throws {
        let answer = try await put(#"{"name":"","tags":["ok",7],"admin":true}"#)
        #expect(answer.status == 422)
        #expect(answer.problem == "invalid-body")
        #expect(Set(answer.faults) == ["body /name", "body /tags/1", "body /admin"])
    }

    @Test(arguments: ["[]", "7", "null", "\"x\""])
    func aBodyThatIsNoObjectIs422(body: String) async throws {
        let answer = try await put(body)
        #expect(answer.status == 422)
        #expect(answer.faults == ["body "])
    }

    @Test func faultsOfParametersAndBodyComeTogether() async throws {
        let answer = try await exchange(.put, "/roles/a%0Ab", body: "{}")
        #expect(answer.status == 400)
        #expect(Set(answer.faults) == ["path /roleId", "body /name"])
    }

    @Test func aBodyBeyondTheLimitIs413() async throws {
        let answer = try await put("{\"name\":\"\(String(repeating: "x", count: 1_000))\"}")
        #expect(answer.status == 413)
        #expect(answer.problem == "content-too-large")
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "json"])
    func anotherFormatIs415(type: String) async throws {
        #expect(try await put(#"{"name":"x"}"#, headers: ["Content-Type": type]).status == 415)
    }

    @Test(arguments: ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON;charset=\"UTF-8\""])
    func jsonIsTakenHoweverItIsSpelt(type: String) async throws {
        #expect(try await put(#"{"name":"x"}"#, headers: ["Content-Type": type]).status == 200)
    }

    @Test func aCompressedBodyIs415() async throws {
        #expect(try await put(#"{"name":"x"}"#, headers: ["Content-Encoding": "gzip"]).status == 415)
    }

    @Test func aBodyWhereNoneIsTakenIs400() async throws {
        #expect(try await exchange(.delete, "/roles/r1", body: #"{"x":1}"#).status == 400)
        #expect(try await exchange(.delete, "/roles/r1", body: "{}").status == 204)
    }

    @Test func theIdempotencyKeyIsBoundToActorAndRequest() async throws {
        func key(_ target: String, _ body: String) async throws -> String? {
            try await exchange(.put, target, headers: ["Idempotency-Key": #""k-1""#], body: body).json?["key"]?.string
        }
        let first = try await key("/roles/r1", #"{"name":"x"}"#)
        #expect(first?.hasPrefix("ada k-1 ") == true)
        #expect(try await key("/roles/r1", #"{"name":"x"}"#) == first)
        #expect(try await key("/roles/r1", #"{"name":"y"}"#) != first)
        #expect(try await key("/roles/r2", #"{"name":"x"}"#) != first)
    }

    @Test func anIdempotencyKeyWithoutQuotesIsTheSameKey() async throws {
        func key(_ field: String) async throws -> String? {
            let body = #"{"name":"x"}"#
            return try await exchange(.put, "/roles/r1", headers: ["Idempotency-Key": field], body: body).json?["key"]?
                .string
        }
        let quoted = try await key(#""k-1""#)
        #expect(quoted != nil)
        #expect(try await key("k-1") == quoted)
    }

    @Test(arguments: [
        "two words", "\"\"", "\"open", "\"a\" \"b\"", "\"a\\n\"", ":AA==:", "\"\(String(repeating: "k", count: 201))\"",
    ])
    func anIdempotencyKeyThatIsNoStringIs400(field: String) async throws {
        let answer = try await put(#"{"name":"x"}"#, headers: ["Idempotency-Key": field])
        #expect(answer.status == 400)
        #expect(answer.faults == ["header /Idempotency-Key"])
    }
}
