import Events
import JSON
import Testing
import Time

@testable import Institution

/// Given what the log knows, when a fact comes, then it is recorded or refused.
@Suite struct FactDecisionTests {
    private func fact(_ type: String, _ data: JSONObject, branch: String = "north") throws -> Fact {
        var data = data
        data["branchId"] = data["branchId"] ?? .string(branch)
        let reader = FactReader(FactSender(actor: "svc") { _, _ in true }, now: .now())
        return try reader.read(
            ReceivedFact(
                source: "s",
                id: UUIDv7.generate().uuidString,
                type: "institution." + type,
                data: .object(data)
            )
        )
    }

    /// What the log knows after these facts.
    private func given(_ facts: [Fact]) -> KnownThings {
        var known = KnownThings()
        for fact in facts { known.note(fact) }
        return known
    }

    private func refusal(_ fact: Fact, _ known: KnownThings) -> (FactRefusal.Code, String)? {
        FactDecision.refusal(of: fact, known).map { ($0.code, $0.problems.first?.pointer ?? "") }
    }

    private func school() throws -> [Fact] {
        [
            try fact("branch-opened", ["name": "North"]), try fact("branch-opened", ["name": "South"], branch: "south"),
            try fact("student-created", ["studentId": "s1"]),
            try fact("course-created", ["courseId": "c1", "title": "C"]),
            try fact("course-created", ["courseId": "c2", "title": "C"], branch: "south"),
        ]
    }

    private func mark(_ student: String, _ course: String, branch: String = "north") throws -> Fact {
        let data: JSONObject = [
            "studentId": .string(student), "courseId": .string(course), "date": "2026-01-12", "status": "present",
        ]
        return try fact("attendance-marked", data, branch: branch)
    }

    @Test func whatNamesThingsThatAreThereIsRecorded() throws {
        #expect(refusal(try mark("s1", "c1"), given(try school())) == nil)
    }

    @Test func whatNamesAThingThatIsNotThereIsRefused() throws {
        let known = given(try school())
        #expect(refusal(try mark("s9", "c1"), known)?.0 == .unknownReference)
        #expect(refusal(try mark("s9", "c1"), known)?.1 == "/data/studentId")
        #expect(refusal(try mark("s1", "c9"), known)?.1 == "/data/courseId")
        #expect(refusal(try fact("student-created", ["studentId": "s2"], branch: "west"), known)?.1 == "/data/branchId")
    }

    @Test func aThingOfAnotherBranchIsNotThere() throws {
        let known = given(try school())
        #expect(refusal(try mark("s1", "c2"), known)?.1 == "/data/courseId")
        #expect(refusal(try mark("s1", "c2", branch: "south"), known)?.1 == "/data/studentId")
        #expect(
            refusal(try fact("student-left", ["studentId": "s1", "reason": "other"], branch: "south"), known)?.0
                == .unknownReference
        )
        // Word for word as one that is nowhere.
        func words(_ student: String) throws -> String? {
            let fact = try fact("student-updated", ["studentId": .string(student)], branch: "south")
            return FactDecision.refusal(of: fact, known)?.message
        }
        #expect(try words("s1") == words("s9"))
        // Nor does a lesson tell that it is there, of a course that is not.
        let marked = given(try school() + [try mark("s1", "c1")])
        let other = try mark("s1", "c1", branch: "south")
        #expect(FactDecision.refusal(of: other, marked)?.message == "There is no course “c1” in branch “south”.")
    }

    @Test func whoeverWasOfABranchCanStillBeNamedThere() throws {
        let transfer: JSONObject = ["studentId": "s1", "branchId": "south", "fromBranchId": "north"]
        let known = given(try school() + [try fact("student-transferred", transfer)])
        #expect(refusal(try mark("s1", "c1"), known) == nil)
        #expect(refusal(try mark("s1", "c2", branch: "south"), known) == nil)
        // But only the new branch says what becomes of the student.
        let left: JSONObject = ["studentId": "s1", "reason": "other"]
        #expect(refusal(try fact("student-left", left), known)?.0 == .unknownReference)
        #expect(refusal(try fact("student-left", left, branch: "south"), known) == nil)
    }

    @Test func aThingBeginsOnce() throws {
        let known = given(try school())
        #expect(refusal(try fact("student-created", ["studentId": "s1"]), known)?.0 == .exists)
        #expect(refusal(try fact("student-created", ["studentId": "s1"], branch: "south"), known)?.0 == .exists)
        #expect(refusal(try fact("course-created", ["courseId": "c1", "title": "C"]), known)?.0 == .exists)
    }

    @Test func whoeverLeftMayComeAgainAlsoElsewhere() throws {
        let known = given(try school() + [try fact("student-left", ["studentId": "s1", "reason": "withdrawn"])])
        #expect(refusal(try fact("student-updated", ["studentId": "s1"]), known)?.0 == .standing)
        #expect(refusal(try fact("student-created", ["studentId": "s1"]), known) == nil)
        #expect(refusal(try fact("student-created", ["studentId": "s1"], branch: "south"), known) == nil)
    }

    @Test func leaveIsDecidedOnceAndTakenBackBeforeOrAfter() throws {
        let request = try fact(
            "leave-requested",
            [
                "leaveRequestId": "l1", "userId": "s1", "requester": "student", "kind": "sick",
                "fromDate": "2026-02-01", "toDate": "2026-02-02",
            ]
        )
        let ids: JSONObject = ["leaveRequestId": "l1", "userId": "s1"]
        let approved = try fact("leave-approved", ids)
        let rejected = try fact("leave-rejected", ids)
        let cancelled = try fact("leave-cancelled", ids)
        let base = try school()
        #expect(refusal(approved, given(base))?.0 == .unknownReference)
        #expect(refusal(request, given(base)) == nil)
        for decision in [approved, rejected, cancelled] { #expect(refusal(decision, given(base + [request])) == nil) }
        for decision in [approved, rejected] {
            #expect(refusal(decision, given(base + [request, approved]))?.0 == .standing)
            #expect(refusal(decision, given(base + [request, rejected]))?.0 == .standing)
            #expect(refusal(decision, given(base + [request, cancelled]))?.0 == .standing)
        }
        #expect(refusal(cancelled, given(base + [request, approved])) == nil)
        #expect(refusal(cancelled, given(base + [request, rejected]))?.0 == .standing)
    }

    @Test func whoAsksForLeaveHasToBeThatKindOfPerson() throws {
        let known = given(try school())
        let data: JSONObject = [
            "leaveRequestId": "l1", "userId": "s1", "kind": "sick", "fromDate": "2026-02-01", "toDate": "2026-02-02",
        ]
        for (requester, isThere) in [("student", true), ("teacher", false), ("staff", true)] {
            var data = data
            data["requester"] = .string(requester)
            #expect((refusal(try fact("leave-requested", data), known) == nil) == isThere, "\(requester)")
        }
    }

    @Test func moneyOfOneCurrencyDoesNotSettleAnother() throws {
        let fee: JSONObject = ["feeId": "f1", "studentId": "s1", "kind": "tuition", "amount": 100, "currency": "EUR"]
        let known = given(try school() + [try fact("fee-charged", fee)])
        func payment(_ currency: String) throws -> Fact {
            try fact(
                "payment-processed",
                [
                    "paymentId": "p1", "userId": "s1", "amount": 100, "currency": .string(currency), "method": "cash",
                    "allocations": [.object(["feeId": "f1", "amount": 100])],
                ]
            )
        }
        #expect(refusal(try payment("EUR"), known) == nil)
        #expect(refusal(try payment("USD"), known)?.1 == "/data/allocations/0/feeId")
        let waiver: JSONObject = ["feeId": "f1", "studentId": "s1", "amount": 10, "currency": "USD"]
        #expect(refusal(try fact("fee-waived", waiver), known)?.1 == "/data/currency")
    }

    @Test func noMoreIsGivenBackThanCame() throws {
        let base = try school()
        func payment(_ type: String, _ amount: Int64) throws -> Fact {
            var data: JSONObject = [
                "paymentId": "p1", "userId": "s1", "amount": .number(JSONNumber(amount)), "currency": "EUR",
            ]
            if type == "payment-processed" { data["method"] = "cash" }
            return try fact(type, data)
        }
        func fee(_ type: String, _ amount: Int64) throws -> Fact {
            var data: JSONObject = [
                "feeId": "f1", "studentId": "s1", "amount": .number(JSONNumber(amount)), "currency": "EUR",
            ]
            if type == "fee-charged" { data["kind"] = "tuition" }
            return try fact(type, data)
        }
        let paid = base + [try payment("payment-processed", 1_000)]
        #expect(refusal(try payment("payment-refunded", 1_000), given(paid)) == nil)
        #expect(refusal(try payment("payment-refunded", 1_001), given(paid))?.1 == "/data/amount")
        let refunded = paid + [try payment("payment-refunded", 900)]
        #expect(refusal(try payment("payment-refunded", 101), given(refunded))?.0 == .standing)
        #expect(refusal(try payment("payment-refunded", 100), given(refunded)) == nil)
        let charged = base + [try fee("fee-charged", 1_000)]
        #expect(refusal(try fee("fee-waived", 99_999), given(charged))?.0 == .standing)
        #expect(refusal(try fee("fee-waived", 1_000), given(charged)) == nil)
    }

    private func money(_ type: String, _ amount: Int64, _ parts: [(String, Int64)]? = nil, of: String = "s1") throws
        -> Fact
    {
        var data: JSONObject = [
            "paymentId": "p1", "userId": .string(of), "amount": .number(JSONNumber(amount)), "currency": "EUR",
        ]
        if type == "payment-processed" { data["method"] = "cash" }
        if let parts {
            data["allocations"] = .array(
                parts.map { .object(["feeId": .string($0.0), "amount": .number(JSONNumber($0.1))]) }
            )
        }
        return try fact(type, data)
    }

    private func charge(_ fee: String) throws -> Fact {
        try fact(
            "fee-charged",
            ["feeId": .string(fee), "studentId": "s1", "kind": "tuition", "amount": 1_000, "currency": "EUR"]
        )
    }

    @Test func whatIsSaidOfAThingIsSaidOfWhomItBeganWith() throws {
        let enrolment: JSONObject = ["enrolmentId": "e1", "studentId": "s1", "courseId": "c1"]
        let grade: JSONObject = [
            "gradeId": "g1", "studentId": "s1", "courseId": "c1", "kind": "term", "score": 7, "maximumScore": 10,
        ]
        let leave: JSONObject = ["leaveRequestId": "l1", "userId": "s1"]
        var request = leave
        for (name, value) in [
            ("requester", "student"), ("kind", "sick"), ("fromDate", "2026-02-01"), ("toDate", "2026-02-02"),
        ] { request[name] = .string(value) }
        let fee: JSONObject = ["feeId": "f1", "studentId": "s1"]
        var waiver = fee
        waiver["amount"] = 10
        waiver["currency"] = "EUR"
        var ended = enrolment
        ended["outcome"] = "completed"
        let payment: JSONObject = ["paymentId": "p1", "userId": "s1", "amount": 100, "currency": "EUR"]
        let known = given(
            try school() + [
                try fact("student-created", ["studentId": "s2"]),
                try fact("course-created", ["courseId": "c3", "title": "C"]), try charge("f1"),
                try fact("student-enrolled", enrolment), try fact("grade-recorded", grade),
                try fact("leave-requested", request), try money("payment-processed", 1_000),
            ]
        )
        for (type, data, field, other) in [
            ("leave-approved", leave, "userId", "s2"), ("leave-rejected", leave, "userId", "s2"),
            ("leave-cancelled", leave, "userId", "s2"), ("enrolment-ended", ended, "studentId", "s2"),
            ("enrolment-ended", ended, "courseId", "c3"), ("grade-revised", grade, "studentId", "s2"),
            ("grade-revised", grade, "courseId", "c3"), ("fee-waived", waiver, "studentId", "s2"),
            ("fee-cancelled", fee, "studentId", "s2"), ("payment-refunded", payment, "userId", "s2"),
        ] as [(String, JSONObject, String, String)] {
            #expect(refusal(try fact(type, data), known) == nil, "\(type)")
            var wrong = data
            wrong[field] = .string(other)
            let refused = refusal(try fact(type, wrong), known)
            #expect(refused?.0 == .invalid, "\(type)")
            #expect(refused?.1 == "/data/\(field)", "\(type)")
        }
    }

    @Test func whatCannotBeComparedIsTakenAsItIsSaid() throws {
        var known = given(try school() + [try charge("f1")])
        known["fee-f1"].identity = [:]
        #expect(refusal(try fact("fee-cancelled", ["feeId": "f1", "studentId": "s1"]), known) == nil)
    }

    @Test func aRefundComesFromTheFeesThatThePaymentWentTo() throws {
        let paid = [try charge("f1"), try charge("f2"), try money("payment-processed", 1_000, [("f1", 600)])]
        let known = given(try school() + paid)
        #expect(refusal(try money("payment-refunded", 600, [("f1", 600)]), known) == nil)
        #expect(refusal(try money("payment-refunded", 1_000), known) == nil)
        let elsewhere = refusal(try money("payment-refunded", 600, [("f2", 600)]), known)
        #expect(elsewhere?.0 == .standing)
        #expect(elsewhere?.1 == "/data/allocations/0/feeId")
        #expect(refusal(try money("payment-refunded", 700, [("f1", 601)]), known)?.1 == "/data/allocations/0/amount")
        // All parts of it together, and what came back before.
        let twice = try money("payment-refunded", 700, [("f1", 400), ("f1", 201)])
        #expect(refusal(twice, known)?.1 == "/data/allocations/1/amount")
        let before = try money("payment-refunded", 400, [("f1", 400)])
        let later = given(try school() + paid + [before])
        #expect(refusal(try money("payment-refunded", 201, [("f1", 201)]), later)?.0 == .standing)
        #expect(refusal(try money("payment-refunded", 200, [("f1", 200)]), later) == nil)
    }

    @Test func aClosedBranchTakesNothingNewButWhatIsUnderWayGoesOn() throws {
        let known = given(try school() + [try fact("branch-closed", [:])])
        #expect(refusal(try fact("student-created", ["studentId": "s2"]), known)?.1 == "/data/branchId")
        #expect(refusal(try mark("s1", "c1"), known) == nil)
    }
}
