import Events
import Testing
import Time

@testable import Exports

/// What is asked for is checked before anything is queued.
@Suite struct OrderTests {
    private func problems(_ change: (inout ExportOrder) -> Void) -> [String] {
        var order = ExportOrder("students", as: .csv)
        change(&order)
        do {
            _ = try ExportPlan(order, of: .students, at: "/exports/3")
            return []
        } catch {
            guard case .invalid(let problems) = error.code else { return ["\(error)"] }
            return problems.map { String($0.pointer.dropFirst("/exports/3".count)) }
        }
    }

    @Test func anOrderThatIsFineIsTaken() {
        #expect(problems { _ in } == [])
        #expect(
            problems { order in
                order.columns = ["name", "studentId"]
                order.filters = [.init("status", .equal, "active"), .init("admittedOn", .from, "2026-01-01")]
                order.sort = ["-name", "studentId"]
                order.locale = "de-CH"
                order.zone = "Europe/Zurich"
                order.fileName = "Schüler 2026"
            } == []
        )
    }

    @Test(arguments: ["nope", "name\"; drop table people.students; --", "*", "", "student_id", "name\u{0}"])
    func unknownColumnsAreRefusedWhereverTheyAreNamed(_ name: String) {
        #expect(problems { $0.columns = ["name", name] } == ["/columns/1"])
        #expect(problems { $0.filters = [.init(name, .equal, "x")] } == ["/filters/0/column"])
        #expect(problems { $0.sort = ["-" + name] } == ["/sort/0"])
    }

    @Test func valuesHaveToBeOfTheColumnsKind() {
        #expect(problems { $0.filters = [.init("admittedOn", .from, "yesterday")] } == ["/filters/0/value"])
        #expect(problems { $0.filters = [.init("name", .from, "A")] } == ["/filters/0/relation"])
        #expect(problems { $0.filters = [.init("name", .equal, "a\u{0}")] } == ["/filters/0/value"])
    }

    @Test func aRangeThatEndsBeforeItStartsIsRefused() {
        #expect(
            problems { order in
                order.from = CalendarDay("2026-02-01")
                order.to = CalendarDay("2026-01-31")
            } == ["/to"]
        )
    }

    @Test(arguments: [
        "../etc/passwd", "a/b", "a\\b", "a\nb", "a\u{0}", ".hidden", " a", "a\u{202E}fdp", "", "a\u{2028}b",
        String(repeating: "a", count: 121), "c:d",
    ])
    func fileNamesThatLeadElsewhereAreRefused(_ name: String) {
        #expect(problems { $0.fileName = name } == ["/fileName"])
    }

    @Test(arguments: [
        "nobody", "a@b@c", "a b@c.example", "a@c.example\r\nBcc: x@y.example", "<a@c.example>",
        "a@c.example, b@c.example",
        "\"a\"@c.example", "a@",
    ])
    func recipientsThatAreNoAddressesAreRefused(_ text: String) {
        #expect(problems { $0.recipients = ["head@school.example", text] } == ["/recipients/1"])
    }

    @Test func localesZonesAndDoublesAreRefused() {
        #expect(problems { $0.locale = "klingon-xx" } == ["/locale"])
        #expect(problems { $0.zone = "CET" } == ["/timeZone"])
        #expect(problems { $0.zone = "Mars/Base" } == ["/timeZone"])
        #expect(problems { $0.columns = ["name", "name"] } == ["/columns/1"])
        #expect(problems { $0.columns = [] } == ["/columns"])
        #expect(
            problems { order in
                order.format = .ndjson
                order.hasByteOrderMark = true
            } == ["/byteOrderMark"]
        )
    }

    @Test func whatAReportIsOfHasToBeNamed() throws {
        var order = ExportOrder("fees-by-course", as: .pdf)
        #expect(throws: ExportError.self) { try ExportPlan(order, of: .feesByCourse) }
        order.filters = [.init("courseId", .equal, "maths")]
        #expect(throws: Never.self) { try ExportPlan(order, of: .feesByCourse) }
    }

    @Test func everyReportNamesItsOwnColumns() throws {
        for report in ExportReport.all {
            let names = report.key + report.required + report.sort + [report.day].compactMap(\.self)
            for name in names { #expect(report.column(name) != nil, "\(report.name): \(name)") }
            #expect(Set(report.columns.map(\.name)).count == report.columns.count, "\(report.name)")
        }
    }

    @Test func everyRelationThatCanBeAskedForIsOneOfTheEvents() {
        for relation in ExportOrder.Filter.Relation.allCases {
            let filter = ExportOrder.Filter("column", relation, "value")
            #expect(Events.Exports.Requested.Filter(filter).relation.rawValue == relation.rawValue)
            #expect(Events.Exports.Requested.PersonalFilter(filter).relation.rawValue == relation.rawValue)
            #expect(Events.Exports.Scheduled.Filter(filter).relation.rawValue == relation.rawValue)
            #expect(Events.Exports.Scheduled.PersonalFilter(filter).relation.rawValue == relation.rawValue)
        }
    }
}
