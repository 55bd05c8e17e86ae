import Access
import EventStore
import Events
import Foundation
import JSON
import OpenSSL
import Postgres
import TestSupport
import Testing
import Time

@testable import Exports

/// Exports as they are made.
@Suite struct MakingTests {
    @Test func aReportIsMadeOfTheRowsThatItsOwnerMaySee() async throws {
        try await ExportHouse.open { house in
            let record = try await house.make("anna", ExportHouse.students())
            #expect(record.state == .completed && record.rows == 2 && record.file?.branches == ["north"])
            let text = try await house.text(record.exportID, "anna")
            #expect(text == "studentId,name,branchId\r\ns1,Zoë,north\r\ns2,'=1+1,north\r\n")
            #expect(record.file?.sha256 == SHA256.hash(text).hex)
            #expect(record.file?.bytes == Int64(text.utf8.count))
            let again = try await house.record(record.exportID)
            #expect(again.downloads == 1)
        }
    }

    @Test func theSameReportAtTheSamePositionIsTheSameFile() async throws {
        try await ExportHouse.open { house in
            let first = try await house.make("anna", ExportHouse.students(.ndjson))
            try await house.report(house.student("s9", "north", "New"))
            var order = ExportHouse.students(.ndjson)
            order.moment = .size(try #require(first.size))
            let second = try await house.make("anna", order)
            let third = try await house.make("anna", ExportHouse.students(.ndjson))
            #expect(first.exportID != second.exportID && first.file?.sha256 == second.file?.sha256)
            #expect(first.file?.rootHash == second.file?.rootHash)
            #expect(third.rows == 3 && third.file?.sha256 != first.file?.sha256)
            // What the log says of a file: both, and of an altered one nothing.
            let digest = try #require(first.file?.sha256)
            let origin = try await house.service.origin(ofFileWith: digest)
            guard case .known(let records) = origin else { throw HouseError("\(origin)") }
            #expect(records.map(\.exportID) == [first.exportID, second.exportID])
            let other = SHA256.hash("altered").hex
            #expect(try await house.service.origin(ofFileWith: other) == .unknown)
            guard case .altered = try await house.service.origin(ofFileWith: other, exportID: first.exportID) else {
                throw HouseError("not altered")
            }
        }
    }

    @Test func everyReportCanBeMade() async throws {
        try await ExportHouse.open { house in
            try await house.reportFee(note: "late")
            for report in ExportReport.all {
                var order = ExportOrder(report.name, as: .ndjson)
                order.columns = report.columns.map(\.name)
                order.filters = report.required.map { .init($0, .equal, $0 == "courseId" ? "maths" : "s1") }
                let plan = try await house.service.check(order, .all)
                let made = try await house.service.append(
                    [ExportService.stream(plan, owner: "admin", ExportService.Tie())],
                    by: Author(id: "admin")
                )
                let id = String(made.events[0].stream.dropFirst("export-".count))
                _ = await ExportWorker.make(id, house.service)
                let record = try await house.record(id)
                #expect(record.state == .completed, "\(report.name): \(record.failure ?? "")")
            }
            let fees = try await house.make("anna", ExportOrder("fees-by-branch", as: .csv))
            #expect(try await house.text(fees.exportID, "anna").contains(",EUR,12.50,0.00,0.00,12.50"))
        }
    }

    private static func tellsTheFuture(_ report: ExportReport) -> Bool {
        report.moments == .any && report.columns.contains { $0.column.hasPrefix("until_") }
    }

    @Test func everyTableOfAReadModelIsAReportOrSaidNotToBe() async throws {
        try await ExportHouse.open { house in
            for definition in house.system.projections.definitions {
                let tables = try JSONValue(parsing: Array((definition.auditors ?? "{}").utf8)).object ?? [:]
                for table in tables.members {
                    let name = "\(definition.name).\(table.name)"
                    if ReadModelTables.left.contains(name) { continue }
                    guard let report = try await house.service.report(name) else {
                        Issue.record("\(name) is neither a report nor left out")
                        continue
                    }
                    for hidden in table.value["hidden"]?.array?.compactMap(\.string) ?? [] {
                        // What cannot be chosen, as a text to search by cannot, is in no file.
                        let column = report.columns.first { $0.column == hidden }
                        let isLeftOut =
                            hidden == "digest" || hidden == "search"
                            || ReadModelTables.ofTheirOwners.contains(definition.name)
                        #expect(column?.isPersonal ?? isLeftOut, "\(name).\(hidden)")
                        #expect(column == nil || !ReadModelTables.ofTheirOwners.contains(definition.name))
                    }
                    #expect(!report.columns.contains { $0.column == "digest" }, "\(name)")
                    // As of a moment nothing is known of what came later.
                    #expect(!Self.tellsTheFuture(report), "\(name)")
                    var order = ExportOrder(name, as: .csv)
                    order.columns = report.columns.map(\.name)
                    let plan = try await house.service.check(order, .all)
                    let query = ReportQuery(
                        plan: plan,
                        scope: try ExportScope(report, branch: nil, .all),
                        size: try await house.system.store.head().size,
                        statements: house.service.statements
                    )
                    _ = try await house.system.pool.query(query.rows())
                }
            }
            for name in ReadModelTables.permissions.keys {
                #expect(
                    try await house.service.report(name) != nil,
                    "\(name) is no table, or nothing says what it hides"
                )
            }
        }
    }

    @Test func ofATableOfWhichNothingSaysWhatItHidesNoFileIsMade() throws {
        let rules = #"{"seen": {"branch": "branch_id", "hidden": ["name"]}}"#
        #expect(try ReadModelTables.rule(of: "seen", rules)?.hidden == ["name"])
        #expect(try ReadModelTables.rule(of: "unseen", rules) == nil)
        #expect(try ReadModelTables.rule(of: "seen", nil) == nil)
    }

    @Test func rowsAreInAnOrderThatNoDatabaseHasAnotherOpinionOf() async throws {
        try await ExportHouse.open { house in
            try await house.report(house.student("a1", "north", "b"), house.student("a2", "north", "B"))
            var order = ExportHouse.students()
            order.sort = ["name"]
            let plan = try await house.service.check(order, .all)
            let query = ReportQuery(
                plan: plan,
                scope: try ExportScope(plan.report, branch: nil, .all),
                size: try await house.system.store.head().size,
                statements: house.service.statements
            )
            #expect(try query.rows().text.contains(#"collate "C""#))
            let record = try await house.make("anna", order)
            let text = try await house.text(record.exportID, "anna")
            #expect(text.split(separator: "\r\n").map { $0.prefix(2) } == ["st", "s2", "a2", "s1", "a1"])
        }
    }

    @Test func whatPeopleWroteAboutAnExportCanBeErased() async throws {
        try await ExportHouse.open { house in
            let anna = Author(id: "anna")
            var order = ExportHouse.students()
            order.fileName = "Report of Zoë"
            let made = try await house.make("anna", order)
            #expect(made.fileName == "Report of Zoë.csv")
            let called = try await house.ask("anna", order)
            try await house.service.cancel(called, reason: "Zoë left", by: anna, rights: house.rights("anna"))
            let removed = try await house.make("anna", order)
            try await house.service.remove(removed.exportID, reason: "Zoë left", by: anna, rights: house.rights("anna"))
            #expect(try await house.record(called).cancelReason == "Zoë left")
            let other = try await house.service.export(called, for: "wim", rights: .all)
            #expect(other.fileName == "students.csv" && other.cancelReason == nil)
            for id in [made.exportID, called, removed.exportID] {
                for event in try await house.system.store.reader.stream("export-\(id)") {
                    #expect(!String(decoding: event.data ?? [], as: UTF8.self).contains("Zoë"))
                }
            }
            _ = try await house.system.store.erasePersonal(of: "anna", reason: "asked", actor: "admin")
            #expect(try await house.record(made.exportID).fileName == "students.csv")
            #expect(try await house.record(called).cancelReason == nil)
            let check = try await house.system.projections.check("exports")
            #expect(check.isEqual, "\(check.tables.filter { !$0.isEqual })")
            // What it was asked for by is all there: the name of the file is no condition.
            let waiting = try await house.ask("anna", order)
            _ = try await house.system.store.erasePersonal(of: "anna", reason: "asked", actor: "admin")
            _ = await ExportWorker.make(waiting, house.service)
            #expect(try await house.record(waiting).state == .completed)
        }
    }

    @Test func aStudentsReportSaysWhoseItIs() async throws {
        try await ExportHouse.open { house in
            try await house.report(Institution.CourseCreated(courseID: "maths", branchID: "north", title: "Maths"))
            try await house.report(
                Institution.StudentEnrolled(
                    enrolmentID: "e1",
                    studentID: "s1",
                    courseID: "maths",
                    branchID: "north"
                )
            )
            var order = ExportOrder("student-report", as: .csv)
            order.filters = [.init("studentId", .equal, "s1")]
            let made = try await house.make("admin", order)
            let text = try await house.text(made.exportID, "admin")
            #expect(text.contains("Zoë,enrolment"), "\(text)")
        }
    }

    @Test func personalTextIsLeftOutWhereItMayNotBeRead() async throws {
        try await ExportHouse.open { house in
            _ = try await house.system.access.defineRole(
                DefineRole(
                    roleID: "clerk",
                    branch: "north",
                    name: "Clerk",
                    permissionIDs: ["exports:create", "institution.students:read"]
                ),
                CommandContext(actor: .system)
            )
            try await house.register("carl", role: "clerk", branch: "north")
            let record = try await house.make("carl", ExportHouse.students())
            #expect(
                try await house.text(record.exportID, "carl") == "studentId,name,branchId\r\ns1,,north\r\ns2,,north\r\n"
            )
            var guess = ExportHouse.students()
            guess.filters = [.init("name", .equal, "Zoë")]
            #expect(try await house.make("carl", guess).rows == 0)
            #expect(try await house.make("anna", guess).rows == 1)
        }
    }

    @Test func conditionsOnPersonalColumnsArePersonalInTheLog() async throws {
        try await ExportHouse.open { house in
            var order = ExportHouse.students()
            order.filters = [.init("name", .equal, "Zoë"), .init("status", .equal, "active")]
            let id = try await house.ask("anna", order)
            let event = try #require(try await house.system.store.reader.stream("export-\(id)").first)
            #expect(String(decoding: event.data ?? [], as: UTF8.self).contains("Zoë") == false)
            #expect(String(decoding: event.personal ?? [], as: UTF8.self).contains("Zoë"))
            // Erased, it is not made without them.
            _ = try await house.system.store.erasePersonal(of: "anna", reason: "asked", actor: "admin")
            _ = await ExportWorker.make(id, house.service)
            let record = try await house.record(id)
            #expect(record.state == .failed && record.cause == "invalid")
        }
    }

    @Test func theReadModelIsWhatAReplayOfTheLogGives() async throws {
        try await ExportHouse.open { house in
            let author = Author(id: "anna")
            let rights = try await house.rights("anna")
            let made = try await house.make("anna", ExportHouse.students())
            _ = try await house.text(made.exportID, "anna")
            let called = try await house.ask("anna", ExportHouse.students())
            try await house.service.cancel(called, by: author, rights: rights)
            try await house.service.remove(made.exportID, by: author, rights: rights)
            _ = try await house.service.requestBatch([ExportHouse.students()], by: author, rights: rights)
            let wish = ExportScheduleOrder("daily", ExportHouse.students(), ExportCadence(.daily, time: "06:00"))
            _ = try await house.service.schedule(wish, by: author, rights: rights)
            house.clock.advance(by: .seconds(86_400))
            try await ExportScheduler(house.service).askForWhatIsDue()
            try await house.service.history.settle()
            let check = try await house.system.projections.check("exports")
            #expect(check.isEqual, "\(check.tables.filter { !$0.isEqual })")
            #expect(check.tables.contains { $0.table == "exports" && $0.rows == 4 })
        }
    }

    @Test func aTableWithoutBranchesIsForThoseOfTheInstitution() async throws {
        try await ExportHouse.open { house in
            for name in ["identity.users", "logs.alerts", "access.separations", "backups.backups"] {
                await #expect(throws: ExportError.self) { try await house.ask("anna", ExportOrder(name, as: .csv)) }
            }
            for name in [
                "identity.users; drop", "log.events", "pg_catalog.pg_authid", "people", ".", "people.students.",
            ] {
                let report = try await house.service.report(name)
                #expect(report?.name == nil, "\(name)")
            }
        }
    }
}
