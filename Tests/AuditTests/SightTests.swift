import Access
import Audit
import Events
import Testing

/// What a reader may not see is not there.
struct SightTests {
    @Test func aReaderOfSomeBranchesSeesThoseAlone() async throws {
        try await Institution.open { institution in
            let north = try await institution.report(.note("teacher-1"), branch: "north")
            try await institution.report(.note("teacher-1"), branch: "south")
            try await institution.report(.note("teacher-1"))
            let reader = institution.reader("manager", .branches(["north"]))
            let page = try await institution.audit.events(AuditFilter(), limit: 100, by: reader)
            #expect(page.lines.map(\.position) == [north])
            var filter = AuditFilter()
            filter.branch = "south"
            let south = try await institution.audit.events(filter, limit: 100, by: reader)
            #expect(south.lines.isEmpty)
        }
    }

    @Test func whoReadsInNoBranchSeesNothing() async throws {
        try await Institution.open { institution in
            let page = try await institution.audit.events(
                AuditFilter(),
                limit: 100,
                by: institution.reader("nobody", .nowhere)
            )
            #expect(page.lines.isEmpty)
        }
    }

    @Test func typesWhosePermissionIsMissingAreLeftOut() async throws {
        try await Institution.open { institution in
            try await institution.report(.note("teacher-1"), branch: "north")
            let sight = AuditSight(permission: "audit.events:read", personalPermission: "personal") {
                $0 == "rbac.access-logs:read" ? .nowhere : .everywhere
            }
            #expect(!sight.sees(Events.Audit.AccessLogged.type, in: "north"))
            #expect(sight.sees(RBAC.RoleDefined.type, in: nil))
            let reader = AuditReader(actor: "auditor", sight: sight)
            let page = try await institution.audit.events(AuditFilter(), limit: 500, by: reader)
            #expect(page.lines.count > 10)
            #expect(page.lines.allSatisfy { $0.type != "audit.access-logged" })
        }
    }

    @Test func aTypeThatIsNotKnownIsSeenByNobody() {
        let sight = AuditSight(permission: "a", personalPermission: "b") { _ in .everywhere }
        #expect(!sight.sees("future.thing-happened", in: nil))
    }

    @Test func personalTextIsForThoseWhoMayReadIt() async throws {
        try await Institution.open { institution in
            try await institution.report(.note("teacher-1"), branch: "north")
            var filter = AuditFilter()
            filter.type = "audit.access-logged"
            let open = try await institution.audit.events(filter, limit: 1, by: institution.auditor).lines[0]
            #expect(open.ipAddress == "192.0.2.17")
            #expect(open.changes != nil)
            let barred = institution.reader("auditor", .everywhere, personal: .nowhere)
            let closed = try await institution.audit.events(filter, limit: 1, by: barred).lines[0]
            #expect(closed.position == open.position)
            #expect(closed.ipAddress == nil && closed.userAgent == nil && closed.changes == nil)
        }
    }

    @Test func personalTextCannotBeGuessedBySearching() async throws {
        try await Institution.open { institution in
            try await institution.report(.note("teacher-1"), branch: "north")
            try await institution.report(.note("teacher-1"), branch: "south")
            var filter = AuditFilter()
            filter.type = "audit.access-logged"
            filter.text = "excellent"
            func count(_ personal: BranchReach) async throws -> Int {
                let reader = institution.reader("auditor", .everywhere, personal: personal)
                return try await institution.audit.events(filter, limit: 10, by: reader).lines.count
            }
            #expect(try await count(.everywhere) == 2)
            #expect(try await count(.branches(["north"])) == 1)
            #expect(try await count(.nowhere) == 0)
        }
    }

    @Test func whatWasErasedIsNeitherShownNorFound() async throws {
        try await Institution.open { institution in
            try await institution.report(.note("teacher-1"))
            var filter = AuditFilter()
            filter.subject = "teacher-1"
            filter.type = "audit.access-logged"
            _ = try await institution.log.store.erasePersonal(of: "teacher-1", reason: "asked for", actor: "officer")
            let line = try #require(
                try await institution.audit.events(filter, limit: 1, by: institution.auditor).lines.first
            )
            #expect(line.ipAddress == nil && line.changes == nil)
            filter.text = "excellent"
            #expect(try await institution.audit.events(filter, limit: 1, by: institution.auditor).lines.isEmpty)
        }
    }
}
