import HTTPTypes
import JSON
import Testing

@testable import HTTPAPI

/// What is answered to requests that are not as the standard has them (its section 10.1), on all five endpoints.
@Suite struct AuthZENRefusalTests {
    private static let endpoints = [
        "evaluation", "evaluations", "search/subject", "search/resource", "search/action",
    ]

    @Test func bodiesThatAreNoJSONObjectsAreBadRequests() async throws {
        try await School.open { school in
            let bodies = [
                "", " ", "{", "[]", "[{}]", "null", "true", "7", #""text""#, "{}x", #"{"a":1,}"#, "{'a':1}",
                "\u{feff}{}",
                #"{"subject":{"type":"user","id":"a"},"subject":{"type":"user","id":"b"}}"#,
                #"{"subject":{"type":"user","id":"a","\u0069d":"b"}}"#, #"{"a":"\ud800"}"#, #"{"a":01}"#, #"{"a":NaN}"#,
                String(repeating: #"{"a":"#, count: 100) + "1" + String(repeating: "}", count: 100),
                #"{"context":"# + String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000) + "}",
            ]
            let size = try await school.log.store.head().size
            for endpoint in Self.endpoints {
                for body in bodies {
                    let answer = try await school.ask(endpoint, body)
                    #expect(answer.status == 400, "\(endpoint) \(body.prefix(60)): \(answer)")
                    #expect(answer.headers[.contentType] == "application/problem+json")
                    #expect(answer.json?["detail"]?.string?.isEmpty == false)
                }
            }
            #expect(try await school.checks(from: size).isEmpty)
            #expect(try await school.log.store.head().size == size)
        }
    }

    @Test func bodiesOfOtherFormatsAreBadRequests() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            for type in [
                "text/plain", "application/xml", "application/json-patch+json", "application/json; charset=utf-16",
            ] {
                for endpoint in Self.endpoints {
                    #expect(try await school.ask(endpoint, evaluation(), type: type).status == 400, "\(type)")
                }
            }
            #expect(try await school.ask("evaluation", evaluation(), type: nil).status == 400)
            let zipped = ["Content-Encoding": "gzip"]
            #expect(try await school.ask("evaluation", evaluation(), headers: zipped).status == 400)
            for type in ["application/json", "Application/JSON; charset=UTF-8"] {
                #expect(try await school.ask("evaluation", evaluation(), type: type).status == 200, "\(type)")
            }
        }
    }

    /// Each member that an endpoint needs.
    private static let needed: [(String, [String])] = [
        (
            "evaluation",
            [
                "subject", "subject/type", "subject/id", "action", "action/name", "resource", "resource/type",
                "resource/id",
            ]
        ),
        (
            "search/subject",
            ["subject", "subject/type", "action", "action/name", "resource", "resource/type", "resource/id"]
        ),
        (
            "search/resource",
            ["subject", "subject/type", "subject/id", "action", "action/name", "resource", "resource/type"]
        ),
        ("search/action", ["subject", "subject/type", "subject/id", "resource", "resource/type", "resource/id"]),
    ]

    @Test func whatIsMissingOrOfAnotherTypeIsABadRequest() async throws {
        try await School.open { school in
            for (endpoint, members) in Self.needed {
                let whole = try JSONValue(parsing: evaluation())
                #expect(try await school.ask(endpoint, whole.text).status == 200)
                for member in members {
                    let path = member.split(separator: "/").map(String.init)
                    for value: JSONValue? in [nil, .null, 1, true, [], ["a"]] {
                        let answer = try await school.ask(endpoint, whole.setting(path, to: value).text)
                        #expect(answer.status == 400, "\(member) \(value?.text ?? "missing"): \(answer)")
                        #expect(answer.pointers == ["/" + member], "\(answer)")
                    }
                }
                for (path, value) in [
                    (["context"], "x" as JSONValue), (["context"], .null), (["subject", "properties"], "x"),
                    (["resource", "properties"], []), (["resource", "properties"], .object(["branchId": 7])),
                ] {
                    let answer = try await school.ask(endpoint, whole.setting(path, to: value).text)
                    #expect(answer.status == 400, "\(path): \(answer)")
                }
            }
        }
    }

    @Test func idsThatCannotBeRecordedAreBadRequests() async throws {
        try await School.open { school in
            for (body, pointer) in [
                (evaluation(""), "/subject/id"), (evaluation(String(repeating: "x", count: 201)), "/subject/id"),
                (evaluation(#"a\nb"#), "/subject/id"), (evaluation(#"a\u0000"#), "/subject/id"),
                (evaluation(#"\u202eevil"#), "/subject/id"),
                (evaluation("alice", String(repeating: "y", count: 200)), "/action/name"),
                (evaluation("alice", "read", #"{"type":"branch","id":""}"#), "/resource/id"),
                (
                    evaluation("alice", "read", #"{"type":"r","id":"1","properties":{"branchId":"a\tb"}}"#),
                    "/resource/properties/branchId"
                ),
            ] {
                let answer = try await school.ask("evaluation", body)
                #expect(answer.status == 400, "\(answer)")
                #expect(answer.pointers == [pointer], "\(answer)")
            }
        }
    }

    @Test func whatIsTooLongIsRefusedAndAMegabyteIsNot() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            func body(_ bytes: Int) -> String {
                let rest = evaluation().with(#""context":{"x":""}"#).utf8.count
                return evaluation().with(#""context":{"x":"\#(String(repeating: "x", count: bytes - rest))"}"#)
            }
            let most = 1_048_576
            #expect(body(most).utf8.count == most)
            #expect(try await school.ask("evaluation", body(most)).json?["decision"]?.bool == true)
            #expect(try await school.ask("search/action", body(most)).status == 200)
            #expect(try await school.ask("evaluation", body(most + 1)).status == 413)
        }
    }

    @Test func whoeverIsNotSignedInIsToldHow() async throws {
        try await School.open { school in
            for endpoint in Self.endpoints {
                let answer = try await school.ask(endpoint, evaluation(), headers: ["Authorization": "Basic eDp5"])
                #expect(answer.status == 401, "\(answer)")
                #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer realm=") == true)
            }
        }
    }

    @Test func theRequestIdComesBackWithEveryAnswer() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            let long = String(repeating: "0123456789", count: 200)
            for id in ["bfe9eb29-ab87-4ca3-be83-a1d5d8305716", #"any "string", really; <it> is \ 1"#, long] {
                let headers = ["X-Request-ID": id]
                for (body, type, user, status) in [
                    (evaluation(), "application/json", School.admin, 200), ("{", "application/json", School.admin, 400),
                    (evaluation(), "text/plain", School.admin, 400),
                    (evaluation(), "application/json", "stranger", 403),
                ] {
                    for endpoint in Self.endpoints {
                        let answer = try await school.ask(endpoint, body, as: user, type: type, headers: headers)
                        #expect(answer.status == status)
                        #expect(answer.headers[.requestID] == id)
                    }
                }
                let unsigned = ["X-Request-ID": id, "Authorization": "none"]
                let refused = try await school.ask("evaluation", evaluation(), headers: unsigned)
                #expect(refused.status == 401)
                #expect(refused.headers[.requestID] == id)
                let elsewhere = try await school.send(.get, "/access/v1/evaluation", headers: headers)
                #expect(elsewhere.status == 405)
                #expect(elsewhere.headers[.requestID] == id)
            }
            #expect(try await school.ask("evaluation", evaluation()).headers[.requestID]?.isEmpty == false)
        }
    }
}

extension JSONValue {
    /// The same with another member at a path; nil removes it.
    func setting(_ path: [String], to value: JSONValue?) -> JSONValue {
        guard let name = path.first else { return value ?? .null }
        var object = self.object ?? [:]
        let rest = Array(path.dropFirst())
        object[name] = rest.isEmpty ? value : (object[name] ?? .object([:])).setting(rest, to: value)
        return .object(object)
    }
}
