import JSON

/// A kind of thing that the institution's facts are about. Each thing has a stream of its own.
package enum Thing: String, CaseIterable, Sendable {
    case branch
    case student
    case teacher
    case course
    case schoolClass = "class"
    case enrolment
    /// A teacher's work in a course, or in one class of it.
    case teaching
    /// One lesson of a course: what attendance is marked in.
    case lesson
    case assignment
    case submission
    case grade
    case fee
    case payment
    case leave
    case scheduleChange = "schedule-change"

    /// The stream of the thing of these ids. No id holds a slash, so that no two things have the same stream.
    package func stream(_ ids: [String]) -> String {
        rawValue + "-" + ids.joined(separator: "/")
    }

    /// The fields that say whose it is. What is said of the thing later has them as what began it.
    var identityFields: [String] {
        switch self {
        case .leave, .payment: ["userId"]
        case .fee: ["studentId"]
        case .enrolment, .grade: ["studentId", "courseId"]
        default: []
        }
    }

    /// What the data of a fact say of whose the thing is, by field.
    func identity(in data: JSONObject) -> [String: String] {
        var found: [String: String] = [:]
        for field in identityFields { found[field] = data[field]?.string }
        return found
    }

    /// What it is called in a sentence.
    package var words: String {
        switch self {
        case .teaching: "assignment of that teacher to that course"
        case .leave: "leave request"
        case .scheduleChange: "schedule change"
        default: rawValue
        }
    }
}

/// How a thing stands: what can be said of it next follows from that.
package enum Standing: Sendable, Hashable {
    /// Nothing was ever recorded of it.
    case absent
    /// It waits for a decision.
    case waiting
    /// It is there.
    case active
    /// It is over; what was recorded stays.
    case ended
}
