import Events
import JSON
import Testing
import Time

@testable import Institution

/// What is believed of what was sent, before anything is looked up.
@Suite struct FactReaderTests {
    private static let now = Timestamp(rfc3339: "2026-02-01T12:00:00Z") ?? .epoch

    private func read(
        _ type: String = "institution.attendance-marked",
        _ data: JSONObject = mark,
        _ change: (inout ReceivedFact) -> Void = { _ in },
        allows: @escaping @Sendable (String, String) -> Bool = { _, _ in true }
    ) -> Result<Fact, FactRefusal> {
        var received = ReceivedFact(source: "sis", id: "1", type: type, data: .object(data))
        change(&received)
        let reader = FactReader(FactSender(actor: "svc", allows: allows), now: Self.now)
        return Result { () throws(FactRefusal) in try reader.read(received) }
    }

    private static let mark: JSONObject = [
        "studentId": "s1", "courseId": "c1", "branchId": "north", "date": "2026-01-30", "status": "late",
        "note": "A note from home.",
    ]

    private static let half = JSONNumber(1.5).map { JSONValue.number($0) } ?? .null

    private func pointers(_ result: Result<Fact, FactRefusal>) -> [String] {
        if case .failure(let refusal) = result { refusal.problems.map(\.pointer) } else { [] }
    }

    private func code(_ result: Result<Fact, FactRefusal>) -> FactRefusal.Code? {
        if case .failure(let refusal) = result { refusal.code } else { nil }
    }

    @Test func aFactIsTakenApartIntoFactsAndPersonalText() throws {
        let time = try #require(Timestamp(rfc3339: "2026-01-30T08:00:00Z"))
        let fact = try read { $0.time = time }.get()
        let payload = try #require(fact.payload as? Events.Institution.AttendanceMarked)
        #expect(payload.note == "A note from home.")
        #expect(payload.occurredAt == time)
        #expect(payload.source == "sis")
        #expect(payload.sourceID == "1")
        #expect(fact.branch == "north")
        #expect(fact.stream == "lesson-c1/2026-01-30")
        #expect(!String(decoding: fact.data, as: UTF8.self).contains("home"))
        #expect(fact.mentions.map(\.stream) == ["branch-north", "student-s1", "course-c1"])
    }

    @Test func theSameSourceAndIDGiveTheSameEventIDAndOthersDoNot() throws {
        let id = try read().get().id
        #expect(try read().get().id == id)
        #expect(try read { $0.id = "2" }.get().id != id)
        #expect(try read { $0.source = "sis2" }.get().id != id)
        // Where one part ends and the next begins cannot be shifted.
        #expect(try read { ($0.source, $0.id) = ("si", "s1") }.get().id != id)
        #expect(id.uuid.6 >> 4 == 8)
        #expect(id.uuid.8 >> 6 == 2)
    }

    @Test(arguments: ["rbac.role-assigned", "log.personal-erased", "institution.unheard-of", "", "audit.access-logged"])
    func otherTypesDoNotComeFromOutside(type: String) {
        let result = read(type)
        #expect(code(result) == .unknownType)
        #expect(pointers(result) == ["/type"])
    }

    @Test(
        arguments: [
            (["status": "asleep"], "/data/status"), (["date": "2026-02-30"], "/data/date"),
            (["studentId": "a b"], "/data/studentId"),
            (["studentId": ""], "/data/studentId"), (["minutesLate": half], "/data/minutesLate"),
            (["note": 5], "/data/note"),
            (["surprise": true], "/data/surprise"), (["period": 0], "/data/period"),
            (["branchId": nil], "/data/branchId"),
            (["source": "forged"], "/data/source"), (["occurredAt": "yesterday"], "/data/occurredAt"),
        ] as [(JSONObject, String)]
    )
    func whatIsWrongIsNamedByPointer(change: JSONObject, pointer: String) {
        var data = Self.mark
        for member in change.members { data[member.name] = member.value }
        let result = read("institution.attendance-marked", data)
        #expect(code(result) == .invalid)
        #expect(pointers(result) == [pointer])
    }

    @Test func whatIsMissingIsNamedByPointer() {
        #expect(
            pointers(read("institution.attendance-marked", ["branchId": "north"])) == [
                "/data/studentId", "/data/courseId", "/data/date", "/data/status",
            ]
        )
        #expect(pointers(read { $0.data = [] }) == ["/data"])
    }

    @Test func theFutureIsRefusedButForAClockThatIsALittleAhead() {
        #expect(code(read { $0.time = Self.now + .seconds(299) }) == nil)
        let ahead = read { $0.time = Self.now + .seconds(301) }
        #expect(code(ahead) == .future)
        #expect(pointers(ahead) == ["/time"])
        var data = Self.mark
        data["occurredAt"] = "2027-01-01T00:00:00Z"
        #expect(pointers(read("institution.attendance-marked", data)) == ["/data/occurredAt"])
    }

    @Test(arguments: ["2026-02-02", "2026-02-03", "9999-02-03"])
    func aDayOfSomethingPastMayBeTomorrowAndNoLater(day: String) {
        // By UTC it is the first: somewhere the second has begun.
        let isKnown = day == "2026-02-02"
        let date = JSONValue.string(day)
        var mark = Self.mark
        mark["date"] = date
        let register: JSONObject = [
            "courseId": "c1", "branchId": "north", "date": date,
            "entries": [.object(["studentId": "s1", "status": "present"])],
        ]
        for (type, data, pointer) in [
            ("attendance-marked", mark, "/data/date"), ("register-taken", register, "/data/date"),
            (
                "student-left", ["studentId": "s1", "branchId": "north", "reason": "other", "leftOn": date],
                "/data/leftOn"
            ),
            (
                "teacher-left", ["teacherId": "t1", "branchId": "north", "leftOn": date],
                "/data/leftOn"
            ),
            ("branch-closed", ["branchId": "north", "closedOn": date], "/data/closedOn"),
        ] as [(String, JSONObject, String)] {
            let result = read("institution." + type, data)
            #expect(code(result) == (isKnown ? nil : .future), "\(type) \(result)")
            #expect(pointers(result) == (isKnown ? [] : [pointer]), "\(type)")
        }
        let submission: JSONObject = [
            "submissionId": "x", "assignmentId": "a", "studentId": "s1", "courseId": "c1", "branchId": "north",
            "submittedAt": .string("\(day)T12:00:00Z"),
        ]
        #expect(pointers(read("institution.submission-received", submission)) == ["/data/submittedAt"])
    }

    @Test func whatTheEnvelopeSaysToIsLookedAtInTheDataAsWell() {
        var data = Self.mark
        data["branchId"] = 5
        #expect(pointers(read("institution.attendance-marked", data) { $0.branch = "north" }) == ["/data/branchId"])
        data["branchId"] = "north"
        for wrong: JSONValue in [.object(["x": 1]), "yesterday", .null] {
            data["occurredAt"] = wrong
            let result = read("institution.attendance-marked", data) { $0.time = Self.now }
            #expect(pointers(result) == ["/data/occurredAt"], "\(wrong)")
        }
    }

    @Test func theEnvelopeAndTheDataMustNotDisagree() {
        #expect(pointers(read { $0.branch = "south" }) == ["/branch"])
        #expect(pointers(read { $0.subject = "somebody" }) == ["/subject"])
        #expect(pointers(read { $0.subject = "s1" }) == [])
        #expect(pointers(read { $0.subject = "c1" }) == [])
        var data = Self.mark
        data["occurredAt"] = "2026-01-30T09:00:00Z"
        #expect(pointers(read("institution.attendance-marked", data) { $0.time = Self.now }) == ["/time"])
    }

    @Test func theBranchMayStandInTheEnvelopeAlone() throws {
        var data = Self.mark
        data["branchId"] = nil
        #expect(try read("institution.attendance-marked", data) { $0.branch = "north" }.get().branch == "north")
    }

    @Test func whatAnAttributeSaysWrongIsNamedWhereItStood() {
        var data = Self.mark
        #expect(pointers(read { $0.id = String(repeating: "x", count: 201) }) == ["/id"])
        #expect(pointers(read { $0.source = String(repeating: "x", count: 201) }) == ["/source"])
        data["branchId"] = nil
        #expect(pointers(read("institution.attendance-marked", data) { $0.branch = "a b" }) == ["/branch"])
        // Said in both places, it is wrong in the data.
        data["branchId"] = "a b"
        #expect(pointers(read("institution.attendance-marked", data) { $0.branch = "a b" }) == ["/data/branchId"])
    }

    @Test func theSchemaVersionHasToExist() {
        #expect(code(read { $0.schemaVersion = 1 }) == nil)
        #expect(pointers(read { $0.schemaVersion = 2 }) == ["/dataschema"])
    }

    @Test func aSenderNeedsThePermissionOfTheTypeInTheBranch() {
        let result = read(allows: { permission, branch in
            permission == "events.institution.attendance-marked:write" && branch == "south"
        })
        #expect(code(result) == .forbidden(permission: "events.institution.attendance-marked:write", branch: "north"))
    }

    @Test func aTransferNeedsThePermissionInBothBranches() {
        let transfer: JSONObject = ["studentId": "s1", "branchId": "south", "fromBranchId": "north"]
        for branch in ["north", "south"] {
            let result = read("institution.student-transferred", transfer, allows: { _, asked in asked != branch })
            #expect(
                code(result) == .forbidden(permission: "events.institution.student-transferred:write", branch: branch)
            )
        }
    }

    @Test func fieldsThatContradictOneAnotherAreRefused() {
        let register: JSONObject = [
            "courseId": "c1", "branchId": "north", "date": "2026-01-30",
            "entries": [
                .object(["studentId": "s1", "status": "present"]), .object(["studentId": "s1", "status": "absent"]),
            ],
        ]
        #expect(pointers(read("institution.register-taken", register)) == ["/data/entries/1/studentId"])
        let payment: JSONObject = [
            "paymentId": "p1", "userId": "s1", "branchId": "north", "amount": 100, "currency": "EUR", "method": "cash",
            "allocations": [.object(["feeId": "f1", "amount": 60]), .object(["feeId": "f2", "amount": 41])],
        ]
        #expect(pointers(read("institution.payment-processed", payment)) == ["/data/allocations"])
        let leave: JSONObject = [
            "leaveRequestId": "l1", "userId": "s1", "branchId": "north", "requester": "student", "kind": "sick",
            "fromDate": "2026-02-02", "toDate": "2026-02-01",
        ]
        #expect(pointers(read("institution.leave-requested", leave)) == ["/data/toDate"])
    }
}
