import EventStore
import Events
import JSON
import TestSupport
import Testing

@testable import Institution

/// Who may send what.
@Suite struct SendingRightsTests {
    @Test func aSenderIsHeldToItsTypesAndBranches() async throws {
        try await School.open { school in
            try await school.furnish()
            try await school.grant(["events.institution.attendance-marked:write"], to: "kiosk", in: "north")
            let size = try await school.log.store.head().size
            let answer = try await school.post(
                [
                    Sent.mark("north-1"), Sent.mark("south-1"),
                    Sent("student-created", ["studentId": "north-9", "name": "Nobody"]),
                    Sent(
                        "register-taken",
                        [
                            "courseId": "maths-north", "date": "2026-01-12",
                            "entries": [.object(["studentId": "north-1", "status": "absent"])],
                        ]
                    ),
                ],
                as: "kiosk"
            )
            #expect(answer.values("status") == ["201", "403", "403", "403"])
            #expect(answer.items[1]["problem"]?["permission"]?.string == "events.institution.attendance-marked:write")
            #expect(answer.items[1]["problem"]?["branchId"]?.string == "south")
            #expect(try await school.log.store.head().size == size + 1)
        }
    }

    @Test func whatIsDecidedOfASenderIsInTheDecisionLogOnceARequest() async throws {
        try await School.open { school in
            try await school.furnish()
            try await school.grant(["events.institution.attendance-marked:write"], to: "kiosk", in: "north")
            let marks = [Sent.mark("north-1"), Sent.mark("north-2"), Sent.mark("south-1"), Sent.mark("south-2")]
            #expect(try await school.post(marks, as: "kiosk").values("status") == ["201", "201", "403", "403"])
            #expect(try await school.post(Sent.mark("south-1"), as: "kiosk").status == 403)
            let mark = "events.institution.attendance-marked:write"
            #expect(
                try await school.decisions(about: "kiosk") == [
                    "command \(mark) north granted", "command \(mark) south not-granted",
                    "command \(mark) south not-granted",
                ]
            )
        }
    }

    @Test func whoHoldsNothingSendsNothing() async throws {
        try await School.open { school in
            try await school.furnish()
            let answer = try await school.post(Sent.mark("north-1"), as: "stranger")
            #expect(answer.status == 403)
            // Whether the student is there is not told.
            #expect(try await school.post(Sent.mark("north-99"), as: "stranger").text.contains("no student") == false)
        }
    }

    @Test func aBranchLearnsNothingOfAnothersThings() async throws {
        try await School.open { school in
            try await school.furnish()
            try await school.grant(["events.institution.fee-charged:write"], to: "bursar", in: "north")
            func charge(_ student: String) async throws -> Answer {
                try await school.post(
                    Sent(
                        "fee-charged",
                        [
                            "feeId": .string("fee-\(student)"), "studentId": .string(student), "kind": "tuition",
                            "amount": 1,
                            "currency": "EUR",
                        ]
                    ),
                    as: "bursar"
                )
            }
            let known = try await charge("south-1")
            let unknown = try await charge("south-99")
            #expect(known.status == 422)
            #expect(known.problem == unknown.problem)
            #expect(
                known.json?["detail"]?.string?.replacing("south-1", with: "X")
                    == unknown.json?["detail"]?.string?.replacing("south-99", with: "X")
            )
        }
    }
}

extension School {
    /// What was decided about a user's own requests, in its order.
    fileprivate func decisions(about user: String) async throws -> [String] {
        try await access.decisions.settle()
        return try await log.store.reader.stream("decisions").flatMap { event -> [String] in
            let made = try event.decode(RBAC.DecisionsRecorded.self)
            return (made.decisions.array ?? []).compactMap { line -> String? in
                let numbers = (line.array ?? []).map { Int($0.int64 ?? -1) }
                guard numbers.count > 6, made.users[numbers[2]] == user else { return nil }
                let kind = numbers[1] == 0 ? "command" : "check"
                let branch = numbers[5] < 0 ? "-" : made.branches[numbers[5]]
                return "\(kind) \(made.permissions[numbers[4]]) \(branch) \(made.verdicts[numbers[6]])"
            }
        }
    }
}
