import EventStore
import Events
import HTTPTypes
import JSON
import TestSupport
import Testing

@testable import HTTPAPI
@testable import Institution

/// Reads of what is known of the institution.
@Suite struct ResourceTests {
    @Test(arguments: Resource.all)
    func everyResourceAnswersAsAListAndKnowsItsParameters(resource: Resource) async throws {
        try await School.open { school in
            let list = try await school.read(resource.name)
            #expect(list.status == 200, "\(list)")
            #expect(list.items.isEmpty)
            for column in resource.columns where column.use.contains(.sort) {
                for sort in [column.name, "-" + column.name] {
                    let sorted = try await school.read("\(resource.name)?sort=\(sort)&fields=\(column.name)")
                    #expect(sorted.status == 200, "\(sorted)")
                }
            }
            #expect(try await school.read("\(resource.name)?surprise=1").status == 400)
            #expect(try await school.read("\(resource.name)?sort=surprise").pointers == ["/sort"])
            #expect(try await school.read("\(resource.name)?fields=surprise").pointers == ["/fields"])
            let nothing = Array(repeating: "x", count: resource.key.count).joined(separator: ",")
            #expect(try await school.read("\(resource.name)/\(nothing)").status == 404)
        }
    }

    @Test func everyReadIsDescribedAsOneThatMayBeUnchanged() async throws {
        try await School.open { school in
            let paths = try #require(try await school.send(.get, "/openapi.json").json?["paths"]?.object)
            let reads = paths.members.filter { $0.name.hasPrefix("/institution/") }
            #expect(reads.count == 2 * Resource.all.count)
            for read in reads {
                let operation = read.value["get"]
                #expect(operation?["responses"]?["304"] != nil, "\(read.name)")
                let fields = (operation?["parameters"]?.array ?? []).compactMap { $0["name"]?.string }
                #expect(fields.contains("If-None-Match"), "\(read.name)")
            }
        }
    }

    @Test func aThingIsReadByItsId() async throws {
        try await School.open { school in
            try await school.furnish()
            _ = try await school.post(Sent.mark("north-1", "late"))
            let student = try await school.read("students/north-1")
            #expect(student.json?["name"]?.string == "Student 1 of north")
            #expect(student.json?["status"]?.string == "active")
            let mark = try await school.read("attendance/north-1,2026-01-12,maths-north,0?fields=status,courseId")
            #expect(mark.json == .object(["status": "late", "courseId": "maths-north"]))
            for id in ["north-1", "north-1,yesterday,maths-north,0", "north-1,2026-01-12,maths-north,0,0", "x,y,z,w"] {
                #expect(try await school.read("attendance/\(id)").status == 404, "\(id)")
            }
        }
    }

    @Test func filtersSortingAndPagesGoTogether() async throws {
        try await School.open { school in
            try await school.furnish()
            _ = try await school.post(
                (0..<30).map { number in
                    Sent.mark(
                        "north-\(number % 2 + 1)",
                        number % 3 == 0 ? "absent" : "present",
                        day: "2026-01-\(10 + number / 2)"
                    )
                }
            )
            let absent = try await school.read("attendance?status=absent&sort=-date&fields=studentId,date,status")
            #expect(absent.items.count == 10)
            #expect(Set(absent.values("status")) == ["absent"])
            let days = absent.values("date").compactMap { $0 }
            #expect(days == days.sorted(by: >))
            let range = try await school.read("attendance?dateFrom=2026-01-12&dateTo=2026-01-13&studentId=north-1")
            #expect(range.values("date") == ["2026-01-12", "2026-01-13"])
            for sort in ["date", "-date", "status", "-position", "studentId"] {
                let whole = try await school.read("attendance?sort=\(sort)&limit=100").items
                var pages: [JSONValue] = []
                var target: String? = "attendance?sort=\(sort)&limit=7"
                while let page = target {
                    let answer = try await school.read(page)
                    #expect(answer.items.count <= 7)
                    pages += answer.items
                    target = answer.headers[HTTPField.Name.link].map { link in
                        let path = link.dropFirst().prefix { $0 != ">" }
                        return String(path.dropFirst("/institution/".count))
                    }
                }
                #expect(pages == whole, "\(sort)")
                #expect(pages.count == 30)
            }
        }
    }

    @Test(arguments: [false, true])
    func pagesByNamesLeaveNobodyOutWhicheverOrderTheDatabaseHas(isOfWords: Bool) async throws {
        try await School.open(isOfWords: isOfWords) { school in
            let names = ["alice", "Bob", "carol", "Äbel", "Zoë", "zoe"]
            let opened = Sent("branch-opened", "north", ["branchId": "north", "name": "North"])
            let created = names.enumerated().map { number, name in
                Sent("student-created", "north", ["studentId": .string("s\(number)"), "name": .string(name)])
            }
            #expect(try await school.post([opened] + created).status == 200)
            let ordered = names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
            for (sort, expected) in [("name", ordered), ("-name", ordered.reversed())] {
                var seen: [String?] = []
                var target: String? = "students?sort=\(sort)&limit=1"
                while let page = target, seen.count <= names.count {
                    let answer = try await school.read(page)
                    seen += answer.values("name")
                    target = answer.headers[HTTPField.Name.link].map { link in
                        String(link.dropFirst().prefix { $0 != ">" }.dropFirst("/institution/".count))
                    }
                }
                #expect(seen == expected, "\(sort)")
            }
        }
    }

    @Test func pagesTellOfTheMomentOfTheFirst() async throws {
        try await School.open { school in
            try await school.furnish()
            let first = try await school.read("students?limit=3")
            let cursor = try #require(first.json?["next"]?.string)
            _ = try await school.post(Sent("student-created", ["studentId": "zz"]))
            let second = try await school.read("students?limit=3&cursor=\(cursor)")
            #expect(second.values("studentId") == ["south-2"])
            #expect(try await school.read("students?sort=-studentId&limit=3&cursor=\(cursor)").status == 400)
        }
    }

    @Test func aReadIsAnsweredAsOfAMoment() async throws {
        try await School.open { school in
            try await school.furnish()
            let before = try await school.log.store.head().size - 1
            _ = try await school.post([
                Sent("student-updated", ["studentId": "north-1", "name": "Renamed", "gradeLevel": "9"]),
                Sent("student-created", ["studentId": "north-3"]),
                Sent("student-left", ["studentId": "north-2", "reason": "graduated"]),
            ])
            let now = try await school.read("students?branchId=north")
            #expect(now.values("gradeLevel") == ["9", "8", nil])
            #expect(now.values("status") == ["active", "left", "active"])
            #expect(now.values("name").last == .some(nil))
            let then = try await school.read("students?branchId=north&asOf=\(before)")
            #expect(then.values("gradeLevel") == ["7", "8"])
            #expect(then.values("status") == ["active", "active"])
            #expect(then.position == before)
            #expect(try await school.read("students/north-3?asOf=\(before)").status == 404)
            #expect(try await school.read("students?asOf=999999").status == 400)
            let event = try #require(try await school.log.store.reader.event(at: before))
            let time = event.header.recordedAt.rfc3339
            #expect(try await school.read("students?branchId=north&asOf=\(time)").items == then.items)
        }
    }

    @Test func anUnchangedAnswerIsNotSentAgain() async throws {
        try await School.open { school in
            try await school.furnish()
            let first = try await school.read("students")
            let tag = try #require(first.headers[.eTag])
            #expect(try await school.read("students", headers: ["If-None-Match": tag]).status == 304)
            let one = try #require(try await school.read("students/north-1").headers[.eTag])
            #expect(try await school.read("students/north-1", headers: ["If-None-Match": one]).status == 304)
            let another: JSONObject = [
                "studentId": "north-77", "gradeLevel": "7", "name": "Nia Blum", "email": "n@north.example",
            ]
            #expect(try await school.post([Sent("student-created", "north", another)]).status == 200)
            #expect(try await school.read("students", headers: ["If-None-Match": tag]).status == 200)
        }
    }

    @Test func listsComeAsNDJSONAndCSVToo() async throws {
        try await School.open { school in
            try await school.furnish()
            let csv = try await school.read("students?fields=studentId,branchId", headers: ["Accept": "text/csv"])
            #expect(
                csv.text.split(whereSeparator: \.isNewline).map(String.init).prefix(2) == [
                    "studentId,branchId", "north-1,north",
                ]
            )
            let lines = try await school.read("students?fields=studentId", headers: ["Accept": "application/x-ndjson"])
            #expect(lines.text.split(separator: "\n").first == #"{"studentId":"north-1"}"#)
        }
    }

    @Test func feesAreSettledByPaymentsAndRefundsAreTakenOff() async throws {
        try await School.open { school in
            try await school.furnish()
            func balance() async throws -> [String?] {
                let fee = try await school.read("fees/f1")
                return [fee.json?["balance"]?.text, fee.json?["status"]?.string]
            }
            let money: JSONObject = ["amount": 100, "currency": "EUR"]
            func with(_ further: JSONObject, amount: Int64? = nil) -> JSONObject {
                var object = money
                for member in further.members { object[member.name] = member.value }
                if let amount { object["amount"] = .number(JSONNumber(amount)) }
                return object
            }
            func part(_ amount: Int64) -> JSONValue {
                [.object(["feeId": "f1", "amount": .number(JSONNumber(amount))])]
            }
            _ = try await school.post(
                Sent("fee-charged", with(["feeId": "f1", "studentId": "north-1", "kind": "tuition"]))
            )
            #expect(try await balance() == ["100", "open"])
            _ = try await school.post(Sent("fee-waived", with(["feeId": "f1", "studentId": "north-1"], amount: 10)))
            #expect(try await balance() == ["90", "partly-settled"])
            _ = try await school.post(
                Sent(
                    "payment-processed",
                    with(["paymentId": "p1", "userId": "north-1", "method": "cash", "allocations": part(90)])
                )
            )
            #expect(try await balance() == ["0", "settled"])
            _ = try await school.post(
                Sent(
                    "payment-refunded",
                    with(["paymentId": "p1", "userId": "north-1", "allocations": part(40)], amount: 50)
                )
            )
            #expect(try await balance() == ["40", "partly-settled"])
            #expect(try await school.read("payments/p1").json?["status"]?.string == "partly-refunded")
            _ = try await school.post(Sent("fee-cancelled", ["feeId": "f1", "studentId": "north-1"]))
            #expect(try await balance() == ["-50", "cancelled"])
            let transactions = try await school.read("transactions")
            #expect(transactions.values("kind") == ["fee", "waiver", "payment", "refund", "cancellation"])
            #expect(transactions.values("amount") == ["100", "-10", "-100", "50", "-90"])
        }
    }

    @Test func whatWasErasedIsGoneFromEveryMoment() async throws {
        try await School.open { school in
            try await school.furnish()
            let before = try await school.log.store.head().size - 1
            _ = try await school.post(Sent("student-left", ["studentId": "north-1", "reason": "other"]))
            _ = try await school.log.store.erasePersonal(of: "north-1", reason: "asked", actor: School.admin)
            for target in ["students/north-1", "students/north-1?asOf=\(before)"] {
                let student = try await school.read(target)
                #expect(student.json?["name"] == nil)
                #expect(student.json?["gradeLevel"]?.string == "7")
            }
            #expect(try await school.read("students/north-2").json?["name"] != nil)
        }
    }
}
