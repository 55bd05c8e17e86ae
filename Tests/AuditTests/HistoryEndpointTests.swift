import Access
import Events
import HTTPAPI
import HTTPTypes
import JSON
import Testing

/// The history over HTTP.
struct HistoryEndpointTests {
    @Test func pagesFollowOneAnotherByTheirLinks() async throws {
        try await Institution.open { institution in
            let end = try await institution.log.store.head().size - 1
            var target = "/audit/events?limit=9&to=2999-01-01T00:00:00Z"
            var positions: [Int64] = []
            while true {
                let answer = try await institution.send(.get, target)
                #expect(answer.status == 200)
                #expect(answer.position == end)
                positions += (answer.json?["items"]?.array ?? []).compactMap { $0["position"]?.int64 }
                guard let link = answer.headers[HTTPField.Name.link] else { break }
                target = String(link.dropFirst().prefix { $0 != ">" })
            }
            #expect(positions == Array((0...end).reversed()))
        }
    }

    @Test func csvAndNDJSONAreTheWholeHistoryAndHarmlessToSpreadsheets() async throws {
        try await Institution.open { institution in
            for index in 0..<120 { try await institution.report(.note("teacher-\(index)", id: "=cmd()")) }
            let csv = try await institution.send(.get, "/audit/events?resource=grade", accept: "text/csv")
            #expect(csv.status == 200)
            #expect(csv.lines.count == 121)
            #expect(csv.lines[0].hasPrefix("position,id,createdAt,type,actor,"))
            #expect(csv.text.contains("'=cmd()"))
            #expect(!csv.text.contains(",=cmd()"))
            let ndjson = try await institution.send(
                .get,
                "/audit/events?resource=grade",
                accept: "application/x-ndjson"
            )
            #expect(ndjson.lines.count == 120)
            #expect(ndjson.lines.allSatisfy { (try? JSONValue(parsing: $0))?["resourceId"] == "=cmd()" })
            let some = try await institution.send(.get, "/audit/events?resource=grade&limit=3", accept: "text/csv")
            #expect(some.lines.count == 4)
            #expect(some.headers[HTTPField.Name.link] != nil)
        }
    }

    @Test func whoseRightsEndAtABranchSeesThatBranchAlone() async throws {
        try await Institution.open { institution in
            let assign = AssignRole(userID: "kim", roleID: "manager", branch: "north")
            _ = try await institution.access.assignRoleToUser(assign, institution.root)
            try await institution.report(.note("teacher-1"), branch: "north")
            try await institution.report(.note("teacher-2"), branch: "south")
            let own = try await institution.send(.get, "/audit/events?resource=grade", as: "kim")
            #expect(own.status == 200)
            #expect((own.json?["items"]?.array ?? []).map { $0["branchId"]?.string } == ["north"])
            // A manager holds no permission for personal text.
            #expect(own.json?["items"]?.array?.first?["ipAddress"] == nil)
            let other = try await institution.send(.get, "/audit/events?branch=south", as: "kim")
            #expect(other.status == 403)
            #expect(other.json?["permission"] == "audit.events:read")
            let stranger = try await institution.send(.get, "/audit/events", as: "stranger")
            #expect(stranger.status == 403)
        }
    }

    @Test(arguments: [
        "/audit/events?from=yesterday", "/audit/events?limit=0", "/audit/events?cursor=abc", "/audit/events?colour=red",
        "/audit/events?type=no.such-type", "/audit/events?from=2026-02-02T00:00:00Z&to=2026-01-01T00:00:00Z",
        "/audit/events?asOf=99999999", "/audit/events?asOf=2999-01-01T00:00:00Z", "/audit/events?actor=%00",
    ])
    func whatMakesNoSenseIsRefusedWithTheParametersName(target: String) async throws {
        try await Institution.open { institution in
            let answer = try await institution.send(.get, target)
            #expect(answer.status == 400)
            let name = target.split(separator: "?")[1].split(separator: "=")[0]
            let pointers = (answer.json?["errors"]?.array ?? []).compactMap { $0["pointer"]?.string }
            #expect(pointers.contains("/\(name)") || pointers.contains("/to"))
        }
    }

    @Test func aTrailIsToldAndLookedForInVain() async throws {
        try await Institution.open { institution in
            let define = DefineRole(roleID: "tutor", branch: "north", name: "Tutor")
            _ = try await institution.access.defineRole(define, institution.root)
            _ = try await institution.access.updateRole(UpdateRole(roleID: "tutor", name: "Mentor"), institution.root)
            let trail = try await institution.send(.get, "/audit/trail/role/tutor")
            let items = trail.json?["items"]?.array ?? []
            #expect(items.map { $0["type"]?.string } == ["rbac.role-updated", "rbac.role-defined"])
            #expect(items[0]["before"]?["name"] == "Tutor")
            #expect(items[0]["after"]?["name"] == "Mentor")
            #expect(items[0]["changed"] == ["name"])
            #expect(items[1]["before"] == nil)
            #expect(try await institution.send(.get, "/audit/trail/role/nothing").status == 404)
        }
    }

    @Test func aReadModelThatIsBehindIsA503ThatSaysByHowMuch() async throws {
        try await Institution.open(follows: false) { institution in
            try await institution.report(.note("teacher-1"))
            let size = try await institution.log.store.head().size
            let answer = try await institution.send(.get, "/audit/events")
            #expect(answer.status == 503)
            #expect(answer.headers[.retryAfter] == "1")
            #expect(answer.json?["lag"]?.int64 == size)
        }
    }

    @Test func aServerWhoseReadModelsAnotherReleaseKeepsIsNotReady() async throws {
        try await Institution.open { institution in
            #expect(try await institution.send(.get, "/readyz").status == 200)
            // The other release has rebuilt them with its own SQL; what follows the log is fed by that SQL, whoever runs.
            try await institution.log.pool.execute("update projections.state set digest = 'other' where name = 'audit'")
            #expect(try await institution.send(.get, "/readyz").status == 200)
            try await institution.log.pool.execute(
                "update projections.state set digest = 'other' where name = 'access'"
            )
            #expect(try await institution.send(.get, "/readyz").status == 503)
        }
    }

    @Test func theReadModelsAreListed() async throws {
        try await Institution.open { institution in
            let answer = try await institution.send(.get, "/projections")
            let items = answer.json?["items"]?.array ?? []
            #expect(
                items.map { $0["name"]?.string }
                    == [
                        "access", "analytics", "attendance", "audit", "backups", "coursework", "decisions", "exports",
                        "finance",
                        "identity",
                        "logs", "notifications", "people", "searches", "teaching",
                    ]
            )
            #expect(items.allSatisfy { $0["state"] == "running" })
            #expect(try await institution.send(.get, "/readyz").status == 200)
        }
    }
}
