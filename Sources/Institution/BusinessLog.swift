import EventStore
package import Events
import JSON
package import Time

/// The plan's log methods for business events: what a service of the institution itself has done, recorded as the same
/// facts that other systems send, and decided on in the same way.
package struct BusinessLog: Sendable {
    private let service: InstitutionService
    private let correlationID: String?

    /// A log over the service.
    package init(_ service: InstitutionService, correlationID: String? = nil) {
        self.service = service
        self.correlationID = correlationID
    }

    /// A student was admitted.
    @discardableResult
    package func logStudentCreated(
        studentID: String,
        branchID: String,
        createdBy: String,
        name: String? = nil
    ) async throws -> RecordedFact {
        try await record(
            Institution.StudentCreated(studentID: studentID, branchID: branchID, createdBy: createdBy, name: name),
            by: createdBy
        )
    }

    /// A teacher was assigned to a course, in the branch of the course.
    @discardableResult
    package func logTeacherAssigned(
        teacherID: String,
        courseID: String,
        assignedBy: String
    ) async throws -> RecordedFact {
        let branch = try await newest(.course, courseID, at: "/data/courseId").header.branch ?? ""
        return try await record(
            Institution.TeacherAssigned(
                teacherID: teacherID,
                courseID: courseID,
                branchID: branch,
                assignedBy: assignedBy
            ),
            by: assignedBy
        )
    }

    /// A payment came in.
    ///
    /// - Parameter amount: in the minor unit of the currency.
    @discardableResult
    package func logPaymentProcessed(
        paymentID: String,
        amount: Int64,
        currency: String,
        userID: String,
        branchID: String,
        method: Institution.PaymentProcessed.Method = .online,
        allocations: [Institution.PaymentProcessed.Allocation]? = nil,
        processedBy: String
    ) async throws -> RecordedFact {
        try await record(
            Institution.PaymentProcessed(
                paymentID: paymentID,
                userID: userID,
                branchID: branchID,
                amount: amount,
                currency: currency,
                method: method,
                allocations: allocations
            ),
            by: processedBy
        )
    }

    /// Leave that was asked for was approved.
    @discardableResult
    package func logLeaveApproved(leaveRequestID: String, approvedBy: String) async throws -> RecordedFact {
        let request = try await newest(.leave, leaveRequestID, at: "/data/leaveRequestId")
        let user = try request.data.map { try JSONValue(parsing: $0)["userId"]?.string ?? "" } ?? ""
        return try await record(
            Institution.LeaveApproved(
                leaveRequestID: leaveRequestID,
                userID: user,
                branchID: request.header.branch ?? "",
                approvedBy: approvedBy
            ),
            by: approvedBy
        )
    }

    /// The attendance of a lesson was marked. How many students it is about is how many entries there are.
    @discardableResult
    package func logAttendanceMarked(
        courseID: String,
        date: CalendarDay,
        markedBy: String,
        entries: [Institution.RegisterTaken.Entry]
    ) async throws -> RecordedFact {
        let branch = try await newest(.course, courseID, at: "/data/courseId").header.branch ?? ""
        return try await record(
            Institution.RegisterTaken(
                courseID: courseID,
                branchID: branch,
                date: date,
                markedBy: markedBy,
                entries: entries
            ),
            by: markedBy
        )
    }

    private func newest(_ thing: Thing, _ id: String, at pointer: String) async throws -> RecordedEvent {
        let stream = thing.stream([id])
        guard let event = try await service.store.reader.streamBackwards(stream, limit: 1).first else {
            throw FactRefusal(.unknownReference, at: pointer, "There is no such \(thing.words).")
        }
        return event
    }

    private func record(_ payload: some EventPayload, by actor: String) async throws -> RecordedFact {
        var sent = try JSONValue(parsing: payload.dataBytes).object ?? JSONObject()
        if let personal = try payload.personalBytes.map({ try JSONValue(parsing: $0) })?.object {
            for member in personal.members { sent[member.name] = member.value }
        }
        let received = ReceivedFact(
            source: Self.source,
            id: UUIDv7.generate().uuidString.lowercased(),
            type: type(of: payload).type.rawValue,
            data: .object(sent)
        )
        // Whoever calls this has decided already who may do what.
        let sender = FactSender(actor: actor, correlationID: correlationID) { _, _ in true }
        switch try await service.record([received], by: sender).first {
        case .recorded(let fact): return fact
        case .refused(let refusal): throw refusal
        case .failed(let error): throw error
        case nil: throw AppendError(.unavailable, "Nothing was recorded. Try again.")
        }
    }

    /// The source of facts that Daybook's own services report.
    package static let source = "urn:daybook"
}
