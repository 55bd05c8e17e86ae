import Events
import Time

/// What a schema cannot say: fields that have to agree with one another.
enum FactRules {
    static func problems(in payload: any EventPayload) -> [FactRefusal.Problem] {
        switch payload {
        case let register as Institution.RegisterTaken:
            var seen: Set<String> = []
            return register.entries.enumerated().compactMap { index, entry in
                seen.insert(entry.studentID).inserted
                    ? nil : .init("/data/entries/\(index)/studentId", "The register has this student already.")
            }
        case let payment as Institution.PaymentProcessed:
            return overAllocation(payment.allocations?.map(\.amount), of: payment.amount)
        case let refund as Institution.PaymentRefunded:
            return overAllocation(refund.allocations?.map(\.amount), of: refund.amount)
        case let leave as Institution.LeaveRequested where leave.toDate < leave.fromDate:
            return [.init("/data/toDate", "This is before fromDate.")]
        case let change as Institution.ScheduleChanged:
            guard let start = change.startsAt, let end = change.endsAt, end < start else { return [] }
            return [.init("/data/endsAt", "This is before startsAt.")]
        case let transfer as Institution.StudentTransferred where transfer.branchID == transfer.fromBranchID:
            return [.init("/data/branchId", "This is the branch that the student is in already.")]
        default:
            return []
        }
    }

    /// Where a fact that tells of something past names a time to come.
    ///
    /// A day is in the future once it has begun nowhere on Earth: it may be tomorrow by UTC.
    static func future(in payload: any EventPayload, now: Timestamp, skew: Duration) -> String? {
        let day: (String, CalendarDay?)
        switch payload {
        case let mark as Institution.AttendanceMarked: day = ("date", mark.date)
        case let register as Institution.RegisterTaken: day = ("date", register.date)
        case let left as Institution.StudentLeft: day = ("leftOn", left.leftOn)
        case let left as Institution.TeacherLeft: day = ("leftOn", left.leftOn)
        case let closed as Institution.BranchClosed: day = ("closedOn", closed.closedOn)
        case let submission as Institution.SubmissionReceived:
            guard let time = submission.submittedAt, time > now + skew else { return nil }
            return "/data/submittedAt"
        default: return nil
        }
        guard let said = day.1, said > CalendarDay(of: now).adding(days: 1) else { return nil }
        return "/data/\(day.0)"
    }

    private static func overAllocation(_ parts: [Int64]?, of amount: Int64) -> [FactRefusal.Problem] {
        // At most 50 parts below 2^53: the sum fits.
        guard let parts, parts.reduce(0, +) > amount else { return [] }
        return [.init("/data/allocations", "The parts come to more than the amount.")]
    }
}
