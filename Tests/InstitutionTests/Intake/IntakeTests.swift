import EventStore
import Events
import JSON
import TestSupport
import Testing

@testable import Institution

/// What becomes of events that other systems send.
@Suite struct IntakeTests {
    @Test func anEventBecomesASignedEventOfTheLog() async throws {
        try await School.open { school in
            try await school.furnish()
            let answer = try await school.post(Sent.mark("north-1", "late"))
            #expect(answer.status == 201)
            let position = try #require(answer.json?["receipt"]?["position"]?.int64)
            let event = try #require(try await school.log.store.reader.event(at: position))
            #expect(event.type == "institution.attendance-marked")
            #expect(event.header.actor == School.admin)
            #expect(event.header.branch == "north")
            #expect(answer.json?["receipt"]?["leaf"]?.string == event.leaf.hex)
            #expect(event.isIntact)
            #expect(answer.headers[.location] == "/log/events/\(position)")
            #expect(answer.json?["receipt"]?["checkpointSize"]?.int64 ?? 0 > position)
        }
    }

    @Test func aDuplicateAnswersAsTheFirstTimeAndRecordsNothing() async throws {
        try await School.open { school in
            try await school.furnish()
            let event = Sent.mark("north-1", "late", id: "evt-1")
            let first = try await school.post(event)
            let size = try await school.log.store.head().size
            let second = try await school.post(event)
            #expect(second.status == 201)
            #expect(second.text == first.text)
            #expect(try await school.log.store.head().size == size)
        }
    }

    @Test func aDuplicateIsKnownThoughItsOwnEventIsInTheWay() async throws {
        try await School.open { school in
            try await school.furnish()
            let created = Sent("student-created", ["studentId": "north-7", "name": "Noor"], id: "evt-2")
            let left = Sent("student-left", ["studentId": "north-7", "reason": "other"], id: "evt-3")
            let batch = [created, left, Sent.mark("north-1", id: "evt-4")]
            let first = try await school.post(batch)
            #expect(first.status == 200)
            let size = try await school.log.store.head().size
            let second = try await school.post(batch)
            #expect(second.text == first.text)
            // Also when part of it is new.
            let third = try await school.post(batch + [Sent.mark("north-2", id: "evt-5")])
            #expect(third.status == 200)
            #expect(Array(third.items.prefix(3)) == first.items)
            #expect(try await school.log.store.head().size == size + 1)
        }
    }

    @Test func theSameSourceAndIDWithOtherContentIsRefused() async throws {
        try await School.open { school in
            try await school.furnish()
            #expect(try await school.post(Sent.mark("north-1", "late", id: "evt-1")).status == 201)
            let size = try await school.log.store.head().size
            let other = try await school.post(Sent.mark("north-1", "absent", id: "evt-1"))
            #expect(other.status == 409)
            #expect(other.problem == "event-id-reused")
            #expect(other.pointers == ["/id"])
            // In one batch, too; and of another type.
            let batch = try await school.post([
                Sent.mark("north-2", id: "evt-2"), Sent.mark("north-2", "absent", id: "evt-2"),
                Sent.mark("north-2", id: "evt-2"),
                Sent("student-updated", ["studentId": "north-1"], id: "evt-1"),
            ])
            #expect(batch.values("status") == ["201", "409", "201", "409"])
            #expect(batch.items[0]["receipt"] == batch.items[2]["receipt"])
            #expect(try await school.log.store.head().size == size + 1)
        }
    }

    @Test func aDuplicateOfWhatWasErasedSinceIsStillADuplicate() async throws {
        try await School.open { school in
            try await school.furnish()
            let event = Sent("student-created", ["studentId": "north-8", "name": "Noor"], id: "evt-1")
            let first = try await school.post(event)
            _ = try await school.log.store.erasePersonal(of: "north-8", reason: "asked", actor: School.admin)
            #expect(try await school.post(event).text == first.text)
            var other = event
            other.data["gradeLevel"] = "9"
            #expect(try await school.post(other).problem == "event-id-reused")
        }
    }

    @Test func idsOfDifferentSendersNeverMeet() async throws {
        try await School.open { school in
            try await school.furnish()
            try await school.grant(["events.institution.attendance-marked:write"], to: "kiosk", in: "north")
            let first = try await school.post(Sent.mark("north-1", "late", id: "evt-1"))
            let second = try await school.post(Sent.mark("north-1", "absent", id: "evt-1"), as: "kiosk")
            #expect(first.status == 201)
            #expect(second.status == 201)
        }
    }

    @Test func aBatchIsAnsweredItemByItemAndNothingOfARefusedItemIsKept() async throws {
        try await School.open { school in
            try await school.furnish()
            let size = try await school.log.store.head().size
            var badType = Sent.mark("north-1")
            badType.type = "rbac.role-assigned"
            var badData = Sent.mark("north-1")
            badData.data["status"] = "asleep"
            let answer = try await school.post([
                Sent.mark("north-1"), badType, badData, Sent.mark("north-99"), Sent.mark("south-1"),
                Sent("student-created", ["studentId": "north-1"]), Sent.mark("north-2"),
            ])
            #expect(answer.status == 207)
            #expect(answer.values("status") == ["201", "422", "422", "422", "201", "409", "201"])
            #expect(answer.values("index") == ["0", "1", "2", "3", "4", "5", "6"])
            #expect(answer.json?["recorded"]?.int64 == 3)
            #expect(answer.json?["refused"]?.int64 == 4)
            let pointers = answer.items.map { $0["problem"]?["errors"]?.array?.first?["pointer"]?.string }
            #expect(pointers == [nil, "/type", "/data/status", "/data/studentId", nil, "/data/studentId", nil])
            #expect(try await school.log.store.head().size == size + 3)
        }
    }

    @Test func aBatchMayNameWhatItBeginsItself() async throws {
        try await School.open { school in
            try await school.furnish()
            let answer = try await school.post([
                Sent.mark("north-5"), Sent("student-created", ["studentId": "north-5"]), Sent.mark("north-5"),
                Sent("student-left", ["studentId": "north-5", "reason": "other"]),
                Sent("student-updated", ["studentId": "north-5"]),
            ])
            #expect(answer.values("status") == ["422", "201", "201", "201", "409"])
            let positions = answer.items.compactMap { $0["receipt"]?["position"]?.int64 }
            #expect(positions[0] < positions[1])
        }
    }

    @Test func anIDIsUsedOnceItsEventIsRecordedAndNotBefore() async throws {
        try await School.open { school in
            try await school.furnish()
            let nobody = Sent.mark("north-99", id: "z1")
            let right = Sent.mark("north-1", id: "z1")
            let answer = try await school.post([
                nobody, right, right, nobody, Sent("student-created", ["studentId": "north-9"], id: "z2"),
            ])
            #expect(answer.values("status") == ["422", "201", "201", "409", "201"], "\(answer)")
            #expect(answer.items[1]["receipt"] == answer.items[2]["receipt"])
            // What comes after may name what the right one began.
            let begun = try await school.post([
                Sent("student-created", "west", ["studentId": "north-8"], id: "z3"),
                Sent("student-created", ["studentId": "north-8"], id: "z3"), Sent.mark("north-8"),
            ])
            #expect(begun.values("status") == ["422", "201", "201"], "\(begun)")
        }
    }

    @Test func closingsWithTracesOfTheirOwnRefuseNobody() async throws {
        try await School.open { school in
            try await school.furnish()
            let courses = (0..<30).map { number in
                Sent("course-created", ["courseId": .string("c\(number)"), "title": "C"])
            }
            #expect(try await school.post(courses).status == 200)
            var events = (0..<30).map { Sent("course-closed", ["courseId": .string("c\($0)")]) }
            events += (0..<10).map { Sent.mark("north-1", day: "2026-01-\($0 + 10)") }
            for index in events.indices {
                let trace = String(repeating: "0", count: 28) + String(1_000 + index)
                events[index].attributes["traceparent"] = .string("00-\(trace)-00f067aa0ba902b7-01")
            }
            let answer = try await school.post(events)
            #expect(answer.status == 200, "\(answer)")
            #expect(answer.values("status").allSatisfy { $0 == "201" })
        }
    }

    @Test func whoseAThingIsIsHeldAgainstItsFirstEvent() async throws {
        try await School.open { school in
            try await school.furnish()
            func waiver(_ student: String) -> Sent {
                Sent(
                    "fee-waived",
                    ["feeId": "f1", "studentId": .string(student), "amount": 100, "currency": "EUR"]
                )
            }
            func refund(_ fee: String, _ amount: Int64) -> Sent {
                let value = JSONValue.number(JSONNumber(amount))
                return Sent(
                    "payment-refunded",
                    [
                        "paymentId": "p1", "userId": "north-1", "amount": value, "currency": "EUR",
                        "allocations": [.object(["feeId": .string(fee), "amount": value])],
                    ]
                )
            }
            var facts: [Sent] = []
            for fee in ["f1", "f2"] {
                let data: JSONObject = [
                    "feeId": .string(fee), "studentId": "north-1", "kind": "tuition", "amount": 1_000,
                    "currency": "EUR",
                ]
                facts.append(Sent("fee-charged", data))
            }
            let payment: JSONObject = [
                "paymentId": "p1", "userId": "north-1", "amount": 900, "currency": "EUR", "method": "cash",
                "allocations": [.object(["feeId": "f1", "amount": 600])],
            ]
            facts.append(Sent("payment-processed", payment))
            let begun = try await school.post(facts)
            #expect(begun.status == 200, "\(begun)")
            #expect(try await school.post(waiver("north-1")).status == 201)
            let other = try await school.post(waiver("north-2"))
            #expect(other.status == 422, "\(other)")
            #expect(other.pointers == ["/data/studentId"], "\(other)")
            #expect(try await school.post(refund("f1", 400)).status == 201)
            #expect(try await school.post(refund("f1", 201)).pointers == ["/data/allocations/0/amount"])
            #expect(try await school.post(refund("f2", 100)).pointers == ["/data/allocations/0/feeId"])
            #expect(try await school.post(refund("f1", 200)).status == 201)
        }
    }

    @Test func moneyIsHeldAgainstTheWholeStream() async throws {
        try await School.open { school in
            try await school.furnish()
            func fee(_ type: String, _ more: JSONObject) -> Sent {
                var data: JSONObject = ["feeId": "f1", "studentId": "north-1"]
                for member in more.members { data[member.name] = member.value }
                return Sent(type, data)
            }
            func payment(_ id: String, _ currency: String) -> Sent {
                Sent(
                    "payment-processed",
                    [
                        "paymentId": .string(id), "userId": "north-1", "amount": 1_000, "currency": .string(currency),
                        "method": "cash", "allocations": [.object(["feeId": "f1", "amount": 1_000])],
                    ]
                )
            }
            let charge = fee("fee-charged", ["kind": "tuition", "amount": 1_000, "currency": "EUR"])
            #expect(try await school.post(charge).status == 201)
            let waiver = try await school.post(fee("fee-waived", ["amount": 99_999, "currency": "EUR"]))
            #expect(waiver.status == 409 && waiver.problem == "stands-otherwise", "\(waiver)")
            #expect(waiver.pointers == ["/data/amount"])
            #expect(try await school.post(payment("p1", "EUR")).status == 201)
            func refund() -> Sent {
                Sent(
                    "payment-refunded",
                    ["paymentId": "p1", "userId": "north-1", "amount": 900, "currency": "EUR"]
                )
            }
            #expect(try await school.post(refund()).status == 201)
            #expect(try await school.post(refund()).problem == "stands-otherwise")
            #expect(try await school.post([refund(), refund()]).values("status") == ["409", "409"])
            // A fee that was cancelled is in its currency still.
            #expect(try await school.post(fee("fee-cancelled", [:])).status == 201)
            let foreign = try await school.post(payment("p2", "USD"))
            #expect(foreign.pointers == ["/data/allocations/0/feeId"], "\(foreign)")
        }
    }

    @Test func oneOfTwoWhoBeginTheSameThingAtOnceWins() async throws {
        try await School.open { school in
            try await school.furnish()
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await school.post(
                            Sent(
                                "fee-charged",
                                [
                                    "feeId": "f1", "studentId": "north-1", "kind": "tuition", "amount": 100,
                                    "currency": "EUR",
                                ]
                            )
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [201] + Array(repeating: 409, count: 7))
        }
    }

    @Test func theSameEventSentManyTimesAtOnceIsRecordedOnce() async throws {
        try await School.open { school in
            try await school.furnish()
            let size = try await school.log.store.head().size
            let batch = (0..<20).map { Sent.mark("north-1", day: "2026-01-\($0 + 10)", id: "evt-\($0)") }
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for shift in 0..<6 {
                    group.addTask { try await school.post(Array(batch[shift...] + batch[..<shift])) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 200 }, "\(answers.map(\.status))")
            #expect(try await school.log.store.head().size == size + 20)
            let positions = Set(
                answers.map { answer in Set(answer.items.map { "\($0["id"]?.text ?? "")\($0["receipt"]?.text ?? "")" })
                }
            )
            #expect(positions.count == 1)
        }
    }

    @Test func manyMarksOfOneLessonAtOnceAllStand() async throws {
        try await School.open { school in
            try await school.furnish()
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<12 {
                    group.addTask { try await school.post(Sent.mark("north-\(number % 2 + 1)")).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 201, count: 12))
        }
    }

    @Test func theTraceOfAnEventGoesWithIt() async throws {
        try await School.open { school in
            try await school.furnish()
            let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
            var traced = Sent.mark("north-1")
            traced.attributes["traceparent"] = .string("00-\(trace)-00f067aa0ba902b7-01")
            let answer = try await school.post([Sent.mark("north-2"), traced])
            let positions = answer.items.compactMap { $0["receipt"]?["position"]?.int64 }
            let events = try await school.log.store.reader.events(from: positions.min() ?? 0)
            let traces = positions.map { position in events.first { $0.position == position }?.header.correlationID }
            #expect(traces[1] == trace)
            #expect(traces[0] != nil)
            #expect(traces[0] != trace)
        }
    }
}

extension Sent {
    init(_ type: String, _ data: JSONObject, id: String? = nil) {
        self.init(type, "north", data, id: id)
    }
}
