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
