import JSON
import Testing

/// `POST /access/v1/evaluations`: section 7 of the standard.
@Suite struct EvaluationsTests {
    private static let record = #"{"type":"record","id":"record-1"}"#

    private static func body(_ top: String, _ items: [String], _ semantic: String? = nil) -> String {
        let options = semantic.map { #","options":{"evaluations_semantic":"\#($0)","other":1}"# } ?? ""
        return "{\(top)\(top.isEmpty ? "" : ",")\"evaluations\":[\(items.joined(separator: ","))]\(options)}"
    }

    @Test func defaultsFromAboveAreReplacedAsAWhole() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            let answer = try await school.ask(
                "evaluations",
                Self.body(
                    #""subject":{"type":"user","id":"bob"},"action":{"name":"read"},"resource":\#(Self.record)"#,
                    [
                        "{}", #"{"action":{"name":"write"}}"#,
                        #"{"action":{"name":"write"},"subject":{"type":"user","id":"alice"}}"#,
                        // Not completed from above: there is no merging within an entity.
                        #"{"subject":{"id":"alice"}}"#,
                        #"{"resource":{"type":"other","id":"x"},"context":{"a":1},"unknown":0}"#,
                    ]
                )
            )
            #expect(answer.status == 200)
            #expect(answer.decisions == [true, false, true, false, false], "\(answer)")
            #expect(answer.json?["decision"] == nil)
            let fault = answer.json?["evaluations"]?.array?[3]["context"]?["error"]
            #expect(fault?["status"]?.int64 == 400)
            #expect(fault?["message"]?.string?.contains("/evaluations/3/subject/type") == true, "\(answer)")
        }
    }

    @Test func withoutDefaultsEachIsWhole() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            let answer = try await school.ask(
                "evaluations",
                Self.body("", [evaluation("alice", "read"), evaluation("bob", "write")])
            )
            #expect(answer.decisions == [true, false])
            #expect(answer.json?["evaluations"]?.array?.allSatisfy { $0["context"]?["position"] != nil } == true)
        }
    }

    @Test func withoutEvaluationsItIsASingleOne() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            for list in [#""x":0"#, #""evaluations":[]"#, #""evaluations":[],"options":{}"#] {
                let answer = try await school.ask("evaluations", evaluation().with(list))
                #expect(answer.status == 200, "\(answer)")
                #expect(answer.json?["decision"]?.bool == true)
                #expect(answer.json?["evaluations"] == nil)
            }
            for list in ["", #""evaluations":[]"#] {
                let answer = try await school.ask("evaluations", "{\(list)}")
                #expect(answer.status == 400)
                #expect(answer.pointers == ["/subject", "/action", "/resource"])
            }
        }
    }

    @Test func whatIsWrongWithOneIsAnsweredInItsPlace() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            try await school.grant(["rbac.access:check"], to: "gate", in: "north")
            let long = String(repeating: "x", count: 201)
            func at(_ branch: String) -> String {
                evaluation("carol", "read", #"{"type":"record","id":"r","properties":{"branchId":"\#(branch)"}}"#)
            }
            let items = [
                at("north"), "7", #"{"subject":{"type":"user","id":"carol"}}"#, at("south"), evaluation(long), at(long),
                evaluation().replacing(#"{"name":"read"}"#, with: #"{"name":1}"#),
                evaluation("carol", "read", #"{"type":"record","id":"r","properties":{"branchId":null}}"#),
                evaluation("carol", "read", #"{"type":"record","id":"r","properties":[]}"#),
                evaluation().with(#""context":"x""#),
                at("north").replacing(#""type":"user""#, with: #""type":"robot""#), at("north"),
            ]
            let before = try await school.log.store.head().size
            let answer = try await school.ask("evaluations", Self.body("", items), as: "gate")
            #expect(answer.status == 200)
            #expect(answer.decisions == [true] + Array(repeating: false, count: 10) + [true], "\(answer)")
            let all = answer.json?["evaluations"]?.array ?? []
            let statuses = all.map { $0["context"]?["error"]?["status"]?.int64 }
            #expect(statuses == [nil, 400, 400, 403, 400, 400, 400, 400, 400, 400, nil, nil])
            #expect(try await school.checks(from: before).count == 2)
            // Whoever may not ask anywhere is not let in at all.
            #expect(try await school.ask("evaluations", Self.body("", items), as: "stranger").status == 403)
        }
    }

    @Test func aSeriesEndsWhereItsSemanticSaysAndWhatIsNotAnsweredIsNotRecorded() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            let yes = evaluation("alice")
            let no = evaluation("bob", "write")
            let broken = #"{"subject":{"type":"user","id":"bob"}}"#
            let cases: [(String?, [String], [Bool?], Int)] = [
                (nil, [yes, no, yes], [true, false, true], 3),
                ("execute_all", [no, broken, yes], [false, false, true], 2),
                ("deny_on_first_deny", [yes, no, yes], [true, false], 2),
                ("deny_on_first_deny", [yes, yes], [true, true], 2),
                ("deny_on_first_deny", [yes, broken, yes], [true, false], 1),
                ("permit_on_first_permit", [no, yes, no], [false, true], 2),
                ("permit_on_first_permit", [yes, no], [true], 1),
                ("permit_on_first_permit", [broken, no], [false, false], 1),
            ]
            for (semantic, items, decisions, checks) in cases {
                let before = try await school.log.store.head().size
                let answer = try await school.ask("evaluations", Self.body("", items, semantic))
                #expect(answer.status == 200)
                #expect(answer.decisions == decisions, "\(semantic ?? ""): \(answer)")
                #expect(try await school.checks(from: before).count == checks, "\(semantic ?? "") \(items)")
            }
        }
    }

    @Test func whatIsWrongWithTheWholeIsABadRequest() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            let item = evaluation()
            let size = try await school.log.store.head().size
            for (body, pointer) in [
                (#"{"evaluations":{}}"#, "/evaluations"), (#"{"evaluations":"x"}"#, "/evaluations"),
                (#"{"evaluations":null}"#, "/evaluations"),
                (Self.body(#""subject":"bob""#, [item]), "/subject"),
                (Self.body(#""subject":{"type":"user"}"#, [item]), "/subject/id"),
                (Self.body(#""action":{}"#, [item]), "/action/name"),
                (Self.body(#""context":[]"#, [item]), "/context"),
                (Self.body("", [item], "at_random"), "/options/evaluations_semantic"),
                (#"{"evaluations":[\#(item)],"options":[]}"#, "/options"),
                (#"{"evaluations":[\#(item)],"options":{"evaluations_semantic":1}}"#, "/options/evaluations_semantic"),
                (Self.body("", Array(repeating: "{}", count: 1_001)), "/evaluations"),
            ] {
                let answer = try await school.ask("evaluations", body)
                #expect(answer.status == 400, "\(body.prefix(100)): \(answer)")
                #expect(answer.pointers.first == pointer, "\(body.prefix(100)): \(answer)")
            }
            #expect(try await school.checks(from: size).isEmpty)
        }
    }

    @Test func aThousandAreEvaluatedAtOnce() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            let items = (0..<1_000).map { #"{"action":{"name":"\#($0 % 2 == 0 ? "read" : "write")"}}"# }
            let top = #""subject":{"type":"user","id":"bob"},"resource":\#(Self.record)"#
            let answer = try await school.ask("evaluations", Self.body(top, items))
            #expect(answer.decisions == (0..<1_000).map { $0 % 2 == 0 })
        }
    }
}
