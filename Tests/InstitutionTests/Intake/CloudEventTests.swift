import Events
import Foundation
import JSON
import TestSupport
import Testing

@testable import HTTPAPI

/// The three modes of CloudEvents over HTTP.
@Suite struct CloudEventTests {
    private static let mark = #"{"studentId":"north-1","courseId":"maths-north","date":"2026-01-12","status":"late"}"#

    private func binary(
        _ school: School,
        _ fields: [String: String],
        body: String = mark,
        type: String? = "application/json"
    )
        async throws -> Answer
    {
        var headers = [
            "ce-specversion": "1.0", "ce-id": UUID().uuidString, "ce-source": "/kiosk", "ce-branch": "north",
            "ce-type": "institution.attendance-marked",
        ]
        for (name, value) in fields { headers[name] = value == "-" ? nil : value }
        return try await school.send(.post, "/events", type: type, body: body, headers: headers)
    }

    @Test func binaryModeTakesAttributesFromHeaderFields() async throws {
        try await School.open { school in
            try await school.furnish()
            let answer = try await binary(
                school,
                [
                    "ce-time": "2026-01-12T08:15:00.123456789+01:00", "ce-subject": "north-1",
                    "ce-dataschema": "urn:daybook:event:institution.attendance-marked:1",
                    "ce-source": "/kiosk%20%C3%A4",
                    "ce-unknownextension": "x",
                ]
            )
            #expect(answer.status == 201, "\(answer)")
            let position = try #require(answer.json?["receipt"]?["position"]?.int64)
            let event = try #require(try await school.log.store.reader.event(at: position))
            let data = try JSONValue(parsing: try #require(event.data))
            #expect(data["occurredAt"]?.string == "2026-01-12T07:15:00.123456Z")
            #expect(data["source"]?.string == "/kiosk ä")
        }
    }

    @Test(arguments: [
        ("ce-specversion", "0.3", "/specversion"), ("ce-specversion", "-", "/specversion"), ("ce-id", "-", "/id"),
        ("ce-source", "-", "/source"), ("ce-type", "-", "/type"), ("ce-time", "noon", "/time"),
        ("ce-dataschema", "https://x.example/schema", "/dataschema"),
        ("ce-dataschema", "urn:daybook:event:institution.student-left:1", "/dataschema"),
        ("ce-dataschema", "urn:daybook:event:institution.attendance-marked:9", "/dataschema"),
        ("ce-datacontenttype", "text/xml", "/datacontenttype"), ("ce-subject", "somebody", "/subject"),
        ("ce-branch", "south", "/data/studentId"), ("ce-time", "2999-01-01T00:00:00Z", "/time"),
        ("ce-id", "%zz", "/id"), ("ce-id", String(repeating: "x", count: 201), "/id"),
        ("ce-source", String(repeating: "x", count: 201), "/source"), ("ce-branch", "no/rth", "/branch"),
    ])
    func wrongAttributesAreNamed(field: String, value: String, pointer: String) async throws {
        try await School.open { school in
            try await school.furnish()
            let answer = try await binary(school, [field: value])
            #expect(answer.status == 422, "\(answer)")
            #expect(answer.pointers.contains(pointer), "\(answer)")
        }
    }

    @Test func anAttributeThatIsNullIsNotSet() async throws {
        try await School.open { school in
            try await school.furnish()
            var event = Sent.mark("north-1")
            for name in ["subject", "time", "dataschema", "datacontenttype", "traceparent", "data_base64", "other"] {
                event.attributes[name] = .null
            }
            let answer = try await school.post(event)
            #expect(answer.status == 201, "\(answer)")
            event.attributes["source"] = .null
            event.source = ""
            #expect(try await school.post(event).pointers.contains("/source"))
        }
    }

    @Test(arguments: [
        (#""/kiosk \"north\" \\ %C3%A4""#, #"/kiosk "north" \ ä"#), (#""/kiosk \a""#, "/kiosk a"),
        (#""/kiosk" "two""#, #""/kiosk" "two""#), (#""/kiosk\""#, #""/kiosk\""#), (#""/kiosk"#, #""/kiosk"#),
    ])
    func aQuotedFieldIsTakenAsWhatItQuotes(field: String, source: String) async throws {
        try await School.open { school in
            try await school.furnish()
            let answer = try await binary(school, ["ce-source": field])
            #expect(answer.status == 201, "\(answer)")
            let position = try #require(answer.json?["receipt"]?["position"]?.int64)
            let event = try #require(try await school.log.store.reader.event(at: position))
            let data = try JSONValue(parsing: try #require(event.data))
            #expect(data["source"]?.string == source)
        }
    }

    @Test func attributesAreFewAndNamedByPointersThatFindThem() async throws {
        try await School.open { school in
            try await school.furnish()
            var event = Sent.mark("north-1")
            event.attributes["a/b~c"] = "x"
            let odd = try await school.post(event)
            #expect(odd.status == 422)
            #expect(odd.pointers == ["/a~1b~0c"], "\(odd)")

            event.attributes = JSONObject()
            for number in 0..<CloudEvent.mostAttributes { event.attributes["X\(number)"] = "x" }
            let crowded = try await school.post(event)
            #expect(crowded.status == 422)
            #expect(crowded.pointers == [""], "\(crowded)")
            var fields: [String: String] = [:]
            for number in 0..<CloudEvent.mostAttributes { fields["ce-x\(number)"] = "x" }
            #expect(try await binary(school, fields).pointers == [""])
        }
    }

    @Test func aFieldThatComesTwiceIsRefused() async throws {
        try await School.open { school in
            try await school.furnish()
            let answer = try await school.send(
                .post,
                "/events",
                type: "application/json",
                body: Self.mark,
                headers: [
                    "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/kiosk", "ce-branch": "north",
                    "ce-type": "institution.attendance-marked",
                ],
                further: [("ce-subject", "north-1"), ("ce-subject", "north-1")]
            )
            #expect(answer.status == 422)
            #expect(answer.pointers == ["/subject"], "\(answer)")
        }
    }

    @Test func bodiesThatAreNoEventsAreRefused() async throws {
        try await School.open { school in
            let structured = "application/cloudevents+json"
            let batch = "application/cloudevents-batch+json"
            for (type, body, status) in [
                (structured, "[]", 422), (structured, "{", 400), (batch, "{}", 422), (batch, "7", 422),
                (batch, "[1]", 207), (structured, "{}", 422), ("application/json", "{}", 422), ("text/plain", "x", 415),
                (
                    structured,
                    #"{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"e30="}"#, 422
                ),
                (structured, #"{"specversion":"1.0","id":1,"source":"s","type":"t","data":{}}"#, 422),
                (structured, #"{"specversion":"1.0","id":"1","source":"s","type":"t","Data":"x","data":{}}"#, 422),
            ] {
                let answer = try await school.send(.post, "/events", type: type, body: body)
                #expect(answer.status == status, "\(type) \(body): \(answer)")
            }
            let tooMany = "[" + Array(repeating: "{}", count: 1_001).joined(separator: ",") + "]"
            #expect(try await school.send(.post, "/events", type: batch, body: tooMany).status == 422)
            #expect(try await school.send(.post, "/events", type: batch, body: "[]").status == 200)
        }
    }

    @Test func anotherImplementationOfTheStandardIsUnderstoodInAllModes() async throws {
        try await School.open(over: .live) { school in
            try await school.furnish()
            let port = try #require(school.client.port)
            let said = try await PythonClient.run(port: port, token: School.admin)
            let lines = said.split(separator: "\n").map(String.init)
            #expect(lines.first?.hasPrefix("client ") == true)
            #expect(
                Array(lines.dropFirst()) == [
                    "structured 201", "structured again 201 same", "binary 201", "batch 200 recorded 3",
                    "batch with a mistake 207 201 422 /data/status", "unknown student 422 /data/studentId",
                ]
            )
        }
    }
}

/// An independent client: Python with the CloudEvents SDK of its makers where that is installed, else with the bytes of
/// the standard written by hand.
enum PythonClient {
    static func run(port: Int, token: String) async throws -> String {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Clients/send_events.py")
        let prepared = script.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent(".build/cloudevents/bin/python")
        let python = FileManager.default.isExecutableFile(atPath: prepared.path) ? prepared.path : "python3"
        let outcome = try await Program.run([python, script.path, "\(port)", token])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }
}
