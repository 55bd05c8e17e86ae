import Access
import EventStore
import Events
import Testing
import Time

@testable import Exports

/// Who may have what: asked when it is asked for, when it is made, and when it is handed out.
@Suite struct RightsTests {
    private static func refuses(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "allowed"
        } catch let error as ExportError {
            switch error.code {
            case .forbidden(let permission, _): return permission
            case .notFound: return "not found"
            default: return "\(error)"
            }
        } catch {
            return "\(error)"
        }
    }

    @Test func theHeadOfAnotherBranchIsRefusedAtAllThreePoints() async throws {
        try await ExportHouse.open { house in
            // Asked for: what is of the other branch is refused, and without a branch only one's own comes.
            var order = ExportHouse.students()
            order.branchID = "north"
            let asked = await Self.refuses { _ = try await house.ask("ben", order) }
            #expect(asked == "institution.students:read")
            #expect(try await house.make("ben", ExportHouse.students()).rows == 1)

            // Handed out: as if it were not there.
            let north = try await house.make("anna", order)
            let taken = await Self.refuses { _ = try await house.text(north.exportID, "ben") }
            #expect(taken == "not found")
            let removed = await Self.refuses {
                try await house.service.remove(north.exportID, by: Author(id: "ben"), rights: house.rights("ben"))
            }
            #expect(removed == "not found")

            // Seen by a permission of the institution, it still takes what is in it.
            _ = try await house.system.access.defineRole(
                DefineRole(roleID: "watch", branch: "institution", name: "Watch", permissionIDs: ["exports:read"]),
                CommandContext(actor: .system)
            )
            try await house.register("wim", role: "watch")
            let watched = await Self.refuses { _ = try await house.text(north.exportID, "wim") }
            #expect(watched == "institution.students:read")
            #expect(try await house.record(north.exportID).downloads == 0)
        }
    }

    @Test func rightsThatWereTakenMeanwhileDoNotCount() async throws {
        try await ExportHouse.open { house in
            let made = try await house.make("anna", ExportHouse.students())
            let waiting = try await house.ask("anna", ExportHouse.students())
            _ = try await house.system.access.removeRoleFromUser(
                RemoveRole(userID: "anna", roleID: "head-north", branch: "north"),
                CommandContext(actor: .system)
            )
            _ = await ExportWorker.make(waiting, house.service)
            let record = try await house.record(waiting)
            #expect(record.state == .failed && record.cause == "forbidden" && record.retryAt == nil)
            let late = await Self.refuses { _ = try await house.text(made.exportID, "anna") }
            #expect(late == "institution.students:read")
        }
    }

    @Test func othersSeeOnlyTheExportsOfTheirBranches() async throws {
        try await ExportHouse.open { house in
            var order = ExportHouse.students()
            order.branchID = "north"
            let north = try await house.ask("anna", order)
            let rights = try await house.rights("ben")
            #expect(try await house.service.exports(for: "ben", rights: rights).isEmpty)
            #expect(try await house.service.exports(of: "anna", for: "ben", rights: rights).isEmpty)
            let own = try await house.service.exports(for: "anna", rights: house.rights("anna"))
            #expect(own.map(\.exportID) == [north])
            // Whoever may see those of the branch does.
            _ = try await house.system.access.defineRole(
                DefineRole(roleID: "look-north", branch: "north", name: "Look", permissionIDs: ["exports:read"]),
                CommandContext(actor: .system)
            )
            try await house.register("nora", role: "look-north", branch: "north")
            let seen = try await house.service.exports(for: "nora", rights: house.rights("nora"))
            #expect(seen.map(\.exportID) == [north])
        }
    }

    @Test func anExportThatIsAskedForInASessionIsMadeWithItsRolesAlone() async throws {
        try await ExportHouse.open { house in
            _ = try await house.system.access.assignRoleToUser(
                AssignRole(userID: "anna", roleID: "head-south", branch: "south"),
                CommandContext(actor: .system)
            )
            #expect(try await house.make("anna", ExportHouse.students()).rows == 3)
            let rights = try await house.service.authority.rights(of: "anna", roles: ["head-north"])
            let author = Author(id: "anna")
            let asked = try await house.service.request(ExportHouse.students(), by: author, rights: rights)
            _ = await ExportWorker.make(asked.exportIDs[0], house.service)
            let record = try await house.record(asked.exportIDs[0])
            #expect(record.rows == 2 && record.file?.branches == ["north"])
            // So is what a schedule asks for that was set in one.
            let wish = ExportScheduleOrder("daily", ExportHouse.students(), ExportCadence(.daily, time: "06:00"))
            _ = try await house.service.schedule(wish, by: author, rights: rights)
            house.clock.advance(by: .seconds(2 * 86_400))
            let due = try await ExportScheduler(house.service).askForWhatIsDue()
            #expect(due.count == 1)
            _ = await ExportWorker.make(due[0], house.service)
            #expect(try await house.record(due[0]).rows == 2)
        }
    }

    private static func students(called name: String) -> ExportOrder {
        var order = ExportHouse.students()
        order.filters = [.init("name", .equal, name), .init("status", .equal, "active")]
        return order
    }

    @Test func conditionsOnPersonalTextAreTheirOwnersAloneToSee() async throws {
        try await ExportHouse.open { house in
            _ = try await house.system.access.defineRole(
                DefineRole(roleID: "watch", branch: "institution", name: "Watch", permissionIDs: ["exports:read"]),
                CommandContext(actor: .system)
            )
            try await house.register("wim", role: "watch")
            let made = try await house.make("anna", Self.students(called: "Zoë"))
            let seen = try await house.service.export(made.exportID, for: "wim", rights: house.rights("wim"))
            #expect(seen.order.filters.map(\.column) == ["status"])
            let listed = try await house.service.exports(for: "wim", rights: house.rights("wim"))
            #expect(listed.allSatisfy { $0.order.filters.map(\.column) == ["status"] })
            let own = try await house.service.export(made.exportID, for: "anna", rights: house.rights("anna"))
            #expect(own.order.filters.map(\.column).sorted() == ["name", "status"])
            // Nor can they be guessed from what stays when they are erased.
            let other = try await house.make("anna", Self.students(called: "Ada"))
            #expect(other.file?.parametersSHA256 == made.file?.parametersSHA256)
        }
    }

    @Test func aFileThatMayHoldWhatWasErasedSinceGoesToNobody() async throws {
        try await ExportHouse.open { house in
            let made = try await house.make("anna", ExportHouse.students())
            #expect(try await house.text(made.exportID, "anna").contains("Zoë"))
            let before = try await house.system.store.head().size
            _ = try await house.system.store.erasePersonal(of: "s1", reason: "asked", actor: "admin")
            await #expect(throws: ExportError.self) { _ = try await house.text(made.exportID, "anna") }
            // Of a moment before, made after: what was erased is not in it, and it can be had.
            var past = ExportHouse.students()
            past.moment = .size(before)
            let ofThen = try await house.make("anna", past)
            #expect(try await !house.text(ofThen.exportID, "anna").contains("Zoë"))
            let again = try await house.make("anna", ExportHouse.students())
            _ = try await house.text(again.exportID, "anna")
            var plain = ExportHouse.students()
            plain.columns = ["studentId"]
            plain.sort = ["studentId"]
            let without = try await house.make("anna", plain)
            // It is not kept either; what holds no personal text, or was made since, is.
            _ = try await house.system.store.erasePersonal(of: "s2", reason: "asked", actor: "admin")
            let later = try await house.make("anna", ExportHouse.students())
            try await ExportJanitor(house.service).clean()
            for id in [made.exportID, ofThen.exportID, again.exportID] {
                #expect(try await house.record(id).deletedCause == "erased")
            }
            #expect(Set(try await house.files()) == ["\(without.exportID)-1.csv", "\(later.exportID)-1.csv"])
        }
    }

    @Test func aNameIsOfTheBranchThatTheStudentIsIn() async throws {
        try await ExportHouse.open { house in
            try await house.report(
                Institution.FeeCharged(
                    feeID: "f1",
                    studentID: "s1",
                    branchID: "north",
                    kind: .meals,
                    amount: 100,
                    currency: "EUR"
                )
            )
            var order = ExportOrder("fees-by-branch", as: .csv)
            order.columns = ["feeId", "student"]
            let before = try await house.make("anna", order)
            #expect(try await house.text(before.exportID, "anna").contains("f1,Zoë"))
            try await house.report(
                Institution.StudentTransferred(studentID: "s1", branchID: "south", fromBranchID: "north"),
                Institution.StudentUpdated(studentID: "s1", branchID: "south", name: "Sheltered")
            )
            let after = try await house.make("anna", order)
            let text = try await house.text(after.exportID, "anna")
            #expect(text.contains("f1,\r\n") && !text.contains("Sheltered"), "\(text)")
            // Nor can it be guessed.
            order.filters = [.init("student", .equal, "Sheltered")]
            #expect(try await house.make("anna", order).rows == 0)
            // Who may read it there as well has it, whichever branch the rows are of.
            _ = try await house.system.access.assignRoleToUser(
                AssignRole(userID: "anna", roleID: "head-south", branch: "south"),
                CommandContext(actor: .system)
            )
            order.branchID = "north"
            let both = try await house.make("anna", order)
            #expect(try await house.text(both.exportID, "anna").contains("f1,Sheltered"))
        }
    }

    @Test func whatIsItsOwnersAloneIsInNoTable() async throws {
        try await ExportHouse.open { house in
            _ = try await house.make("anna", Self.students(called: "Zoë"))
            for column in ["words", "personalFilters", "fileName"] {
                var order = ExportOrder("exports.exports", as: .csv)
                order.columns = ["exportId", column]
                let asked = await Self.refuses { _ = try await house.ask("anna", order) }
                #expect(asked.contains(column) && asked != "allowed", "\(asked)")
            }
        }
    }

    @Test func twoWhoSetAScheduleOfOneNameDoNotTakeItFromEachOther() async throws {
        try await ExportHouse.open { house in
            let other = try house.anotherService()
            for round in 0..<10 {
                let outcomes = await withTaskGroup(of: String.self) { group in
                    for (user, branch, service) in [("anna", "north", house.service), ("ben", "south", other)] {
                        group.addTask {
                            await Self.refuses {
                                var order = ExportHouse.students()
                                order.branchID = branch
                                let cadence = ExportCadence(.daily, time: "06:00")
                                _ = try await service.schedule(
                                    ExportScheduleOrder("s\(round)", order, cadence),
                                    by: Author(id: user),
                                    rights: house.rights(user)
                                )
                            }
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(outcomes.sorted() == ["allowed", "exports:manage"], "\(outcomes)")
            }
        }
    }

    @Test func theHistoryTellsOnlyOfTypesWhosePermissionIsHeld() async throws {
        try await ExportHouse.open { house in
            var order = ExportOrder("audit-history", as: .ndjson)
            order.columns = ["type", "branchId"]
            let record = try await house.make("anna", order)
            let text = try await house.text(record.exportID, "anna")
            #expect(text.contains("institution.student-created") && !text.contains("institution.branch-opened"))
            #expect(!text.contains("south"))
            #expect(record.file?.permissions.contains("institution.students:read") == true)
        }
    }

    @Test func aScopeIsWhatAllPermissionsReach() throws {
        let rights = ExportRights { permission in
            switch permission {
            case "institution.grades:read": ["a", "b"]
            case "institution.attendance:read": ["b", "c"]
            case "institution.personal:read": []
            default: nil
            }
        }
        let scope = try ExportScope(.student, branch: nil, rights)
        #expect(scope.branches == ["b"] && scope.personal == [])
        #expect(throws: ExportError.self) { try ExportScope(.student, branch: "a", rights) }
        let none = ExportRights { _ in [] }
        #expect(throws: ExportError.self) { try ExportScope(.students, branch: nil, none) }
        let everywhere = try ExportScope(.students, branch: nil, .all)
        #expect(everywhere.branches == nil && everywhere.personal == nil)
    }
}
