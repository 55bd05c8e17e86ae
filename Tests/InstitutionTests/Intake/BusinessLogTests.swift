import EventStore
import Events
import JSON
import TestSupport
import Testing
import Time

@testable import Institution

/// The plan's log methods append the same events.
@Suite struct BusinessLogTests {
    @Test func eachMethodRecordsItsEvent() async throws {
        try await School.open { school in
            try await school.furnish()
            let log = BusinessLog(school.institution)
            let day = try #require(CalendarDay("2026-01-12"))
            let facts = [
                try await log.logStudentCreated(studentID: "north-3", branchID: "north", createdBy: "registrar"),
                try await log.logTeacherAssigned(
                    teacherID: "teacher-north",
                    courseID: "maths-north",
                    assignedBy: "principal"
                ),
                try await log.logPaymentProcessed(
                    paymentID: "p1",
                    amount: 45_000,
                    currency: "EUR",
                    userID: "north-1",
                    branchID: "north",
                    processedBy: "bursar"
                ),
                try await log.logAttendanceMarked(
                    courseID: "maths-north",
                    date: day,
                    markedBy: "teacher-north",
                    entries: [
                        .init(studentID: "north-1", status: .present), .init(studentID: "north-3", status: .absent),
                    ]
                ),
            ]
            _ = try await school.post(
                Sent(
                    "leave-requested",
                    [
                        "leaveRequestId": "l1", "userId": "teacher-north", "requester": "teacher", "kind": "training",
                        "fromDate": "2026-03-09", "toDate": "2026-03-10",
                    ]
                )
            )
            let approved = try await log.logLeaveApproved(leaveRequestID: "l1", approvedBy: "principal")
            var types: [EventType] = []
            var actors: [String] = []
            for fact in facts + [approved] {
                let event = try #require(try await school.log.store.reader.event(at: fact.event.position))
                types.append(event.type)
                actors.append(event.header.actor)
            }
            #expect(
                types == [
                    "institution.student-created", "institution.teacher-assigned", "institution.payment-processed",
                    "institution.register-taken", "institution.leave-approved",
                ]
            )
            #expect(actors == ["registrar", "principal", "bursar", "teacher-north", "principal"])
            let leave = try await school.read("leave-requests/l1")
            #expect(leave.json?["status"]?.string == "approved")
            #expect(leave.json?["userId"]?.string == "teacher-north")
            let register = try await school.read("registers")
            #expect(register.values("count") == ["2"])
        }
    }

    @Test func whatDoesNotFitIsRefused() async throws {
        try await School.open { school in
            try await school.furnish()
            let log = BusinessLog(school.institution)
            await #expect(throws: FactRefusal.self) {
                try await log.logTeacherAssigned(teacherID: "nobody", courseID: "maths-north", assignedBy: "p")
            }
            await #expect(throws: FactRefusal.self) {
                try await log.logLeaveApproved(leaveRequestID: "l9", approvedBy: "p")
            }
            await #expect(throws: FactRefusal.self) {
                try await log.logStudentCreated(studentID: "north-1", branchID: "north", createdBy: "p")
            }
        }
    }
}
