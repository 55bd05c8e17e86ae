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
