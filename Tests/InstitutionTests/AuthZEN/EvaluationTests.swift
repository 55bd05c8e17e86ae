import JSON
import Testing

/// `POST /access/v1/evaluation`: what the standard's sections 5, 6 and 10 require, and how its words map to Daybook's.
@Suite struct EvaluationTests {
    @Test func theCertificationScenariosDecisionsAreMade() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            for (subject, action, expected) in [
                ("alice", "read", true), ("alice", "write", true), ("bob", "read", true), ("bob", "write", false),
                ("nobody", "read", false), ("alice", "burn", false),
            ] {
                for _ in 0..<2 {
                    let answer = try await school.ask("evaluation", evaluation(subject, action))
                    #expect(answer.status == 200, "\(answer)")
                    #expect(answer.json?["decision"]?.bool == expected, "\(subject) \(action): \(answer)")
                    #expect(answer.headers[.contentType] == "application/json")
                    #expect(answer.json?["context"]?["position"]?.int64 == answer.position)
                }
            }
            let reasons = try await [("alice", "read"), ("bob", "write"), ("alice", "burn")].asyncMap {
                try await school.ask("evaluation", evaluation($0, $1)).json?["context"]?["reason"]?.string
            }
            #expect(reasons == ["granted", "not-granted", "unknown-permission"])
        }
    }

    @Test func theBranchIsAPropertyOfTheResource() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            func decision(_ properties: String) async throws -> Bool? {
                let resource = #"{"type":"record","id":"r","properties":\#(properties)}"#
                return try await school.ask("evaluation", evaluation("carol", "read", resource)).json?["decision"]?.bool
            }
            #expect(try await decision(#"{"branchId":"north"}"#) == true)
            #expect(try await decision(#"{"branchId":"south"}"#) == false)
            #expect(try await decision(#"{"branchId":"institution"}"#) == false)
            #expect(try await decision("{}") == false)
        }
    }

    @Test func aBranchIsAResourceAndItsActionsMayBeAnyPermission() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            func decision(_ action: String, _ branch: String) async throws -> Bool? {
                let resource = #"{"type":"branch","id":"\#(branch)","properties":{"branchId":"north"}}"#
                return try await school.ask("evaluation", evaluation("carol", action, resource)).json?["decision"]?.bool
            }
            #expect(try await decision("record:read", "north") == true)
            // The branch is the resource itself, whatever its properties say.
            #expect(try await decision("record:read", "south") == false)
            #expect(try await decision("record:read", "institution") == false)
            try await school.access.decisions.settle()
            let before = try await school.log.store.head().size
            #expect(try await decision("close", "north") == false)
            let checks = try await school.checks(from: before)
            #expect(checks == ["\(School.admin) carol branch:close north unknown-permission"])
        }
    }

    @Test func whatIsNotKnownIsIgnoredWhereverItStands() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            let answer = try await school.ask(
                "evaluation",
                """
                {"future":{"x":[null]},"context":{"time":"2025-06-27T18:03-07:00","subject":5},"evaluations":7,"options":0,
                 "resource":{"new":1,"properties":{"status":"active","owner":null},"id":"record-1","type":"record"},
                 "action":{"properties":{"method":"GET"},"name":"read","x":true},
                 "subject":{"properties":{"department":"Sales","role":["a"]},"id":"alice","type":"user","y":{}}}
                """
            )
            #expect(answer.status == 200)
            #expect(answer.json?["decision"]?.bool == true, "\(answer)")
        }
    }

    @Test func subjectsOfOtherTypesHoldNothing() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            let body = evaluation().replacing(#""type":"user""#, with: #""type":"group""#)
            let answer = try await school.ask("evaluation", body)
            #expect(answer.status == 200)
            #expect(answer.json?["decision"]?.bool == false)
            #expect(answer.json?["context"]?["reason"]?.string == "unknown-subject-type")
        }
    }

    @Test func everyAnswerIsRecordedAndWhoeverAsksNeedsThePermissionThere() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            try await school.grant(["rbac.access:check"], to: "gate", in: "north")
            let north = #"{"type":"record","id":"r","properties":{"branchId":"north"}}"#
            let before = try await school.log.store.head().size
            let answer = try await school.ask("evaluation", evaluation("carol", "read", north), as: "gate")
            #expect(answer.json?["decision"]?.bool == true, "\(answer)")
            #expect(try await school.checks(from: before) == ["gate carol record:read north granted"])

            let size = try await school.log.store.head().size
            for resource in [
                #"{"type":"record","id":"r","properties":{"branchId":"south"}}"#, #"{"type":"record","id":"r"}"#,
                #"{"type":"branch","id":"south"}"#,
            ] {
                let refused = try await school.ask("evaluation", evaluation("carol", "read", resource), as: "gate")
                #expect(refused.status == 403, "\(refused)")
                #expect(refused.json?["permission"]?.string == "rbac.access:check")
                #expect(refused.json?["decision"] == nil)
                let group = evaluation("carol", "read", resource).replacing("user", with: "group")
                #expect(try await school.ask("evaluation", group, as: "gate").status == 403)
            }
            #expect(try await school.ask("evaluation", evaluation(), as: "stranger").status == 403)
            #expect(try await school.checks(from: size).isEmpty)
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
