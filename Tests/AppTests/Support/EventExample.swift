import Events
import JSON

/// Events that other systems report, in full, with ids that begin with a word.
enum EventExample {
    /// The types in an order in which each finds what it names, and nothing is over yet that a later one needs.
    static let lifeOfABranch = [
        "branch-opened", "branch-updated", "course-created", "course-updated", "student-created", "student-updated",
        "teacher-created", "teacher-updated", "class-created", "class-updated", "class-members-added",
        "teacher-assigned", "student-enrolled", "schedule-changed", "assignment-created", "assignment-updated",
        "submission-received", "grade-recorded", "grade-revised", "attendance-marked", "register-taken", "fee-charged",
        "fee-waived", "payment-processed", "payment-refunded", "payment-failed", "leave-requested", "leave-approved",
    ].map { "institution.\($0)" }

    /// The data of an event of a type.
    static func data(of type: String, branch: String, word: String? = nil) -> JSONObject {
        let word = word ?? branch
        func id(_ thing: String) -> JSONValue { .string("\(word)-\(thing)") }
        var data: JSONObject = ["branchId": .string(branch)]
        let things: [(part: String, ids: [String])] = [
            ("branch-", []), ("course-", ["course"]), ("student-enrolled", ["enrolment", "student", "course"]),
            ("student-", ["student"]), ("class-", ["class"]), ("teacher-assigned", ["teacher", "course"]),
            ("teacher-unassigned", ["teacher", "course"]), ("teacher-", ["teacher"]),
            ("enrolment-", ["enrolment", "student", "course"]), ("schedule-", ["scheduleChange", "course"]),
            ("assignment-", ["assignment", "course"]),
            ("submission-", ["submission", "assignment", "student", "course"]),
            ("grade-", ["grade", "student", "course"]), ("attendance-", ["student", "course"]),
            ("register-", ["course"]), ("fee-", ["fee", "student"]), ("payment-", ["payment"]),
            ("leave-", ["leaveRequest"]),
        ]
        let name = String(type.dropFirst("institution.".count))
        for thing in things.first(where: { name.hasPrefix($0.part) })?.ids ?? [] { data["\(thing)Id"] = id(thing) }
        switch name {
        case "branch-opened", "branch-updated", "class-created", "class-updated": data["name"] = id("name")
        case "course-created", "course-updated", "assignment-created", "assignment-updated": data["title"] = id("title")
        case "student-created", "student-updated", "teacher-created", "teacher-updated":
            data["name"] = id("name")
            data["email"] = .string("\(word)@\(word).example")
        case "student-transferred": data["fromBranchId"] = .string(branch == "b-noord" ? "b-zuid" : "b-noord")
        case "student-left": data["reason"] = "withdrawn"
        case "class-members-added", "class-members-removed": data["studentIds"] = .array([id("student")])
        case "enrolment-ended": data["outcome"] = "completed"
        case "schedule-changed":
            data["kind"] = "cancelled"
            data["date"] = "2026-02-02"
            data["note"] = id("note")
        case "grade-recorded", "grade-revised":
            data["kind"] = "term"
            data["score"] = 7
            data["maximumScore"] = 10
            data["comment"] = id("comment")
        case "attendance-marked":
            data["date"] = "2026-02-03"
            data["status"] = "absent"
            data["note"] = id("note")
        case "register-taken":
            data["date"] = "2026-02-04"
            data["entries"] = .array([.object(["studentId": id("student"), "status": "late"])])
        case "fee-charged", "fee-waived":
            if name == "fee-charged" { data["kind"] = "tuition" }
            data["amount"] = 100
            data["currency"] = "EUR"
        case "payment-processed", "payment-failed", "payment-refunded":
            if name == "payment-failed" { data["paymentId"] = id("payment-failed") }
            data["userId"] = id("payer")
            data["amount"] = 10
            data["currency"] = "EUR"
            if name != "payment-refunded" { data["method"] = "cash" }
            if name == "payment-failed" { data["reason"] = "declined" }
            if name == "payment-processed" { data["payerName"] = id("payer-name") }
        case "leave-requested", "leave-approved", "leave-rejected", "leave-cancelled":
            data["userId"] = id("student")
            if name == "leave-requested" {
                data["requester"] = "student"
                data["kind"] = "sick"
                data["fromDate"] = "2026-02-05"
                data["toDate"] = "2026-02-06"
                data["reason"] = id("reason")
            }
        default: break
        }
        return data
    }
}

extension Sending {
    /// One event, in structured mode.
    static func event(_ type: String, _ data: JSONObject, branch: String? = nil) -> Sending {
        var event: JSONObject = [
            "specversion": "1.0", "id": .string(UUIDv7.generate().uuidString), "source": "https://sis.example",
            "type": .string(type), "data": .object(data),
        ]
        if let branch = branch ?? data["branchId"]?.string { event["branch"] = .string(branch) }
        var sending = Sending(.post, "/events", JSONValue.object(event).text)
        sending.type = "application/cloudevents+json"
        return sending
    }
}
