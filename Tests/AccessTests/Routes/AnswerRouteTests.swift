import Access
import EventStore
import Events
import JSON
import MerkleLog
import TestSupport
import Testing
import Time

/// Who may, why, and what changed: asked over HTTP, as of any moment.
struct AnswerRouteTests {
    /// A chain of three roles, the last of which has what implies the permission that is asked for.
    private func furnish(_ api: RouteFixture) async throws {
        for name in ["grades:publish", "grades:read", "fees:read"] {
            let made = try await api.send(.post, "/rbac/permissions", #"{"name":"\#(name)"}"#)
            #expect(made.status == 201, "\(made)")
        }
        let implied = try await api.send(.post, "/rbac/permissions/grades:publish/implications/grades:read")
        #expect(implied.status == 201, "\(implied)")
        for (id, body) in [
            ("base", #""permissionIds":["grades:publish"]"#), ("middle", #""parentRoleIds":["student","base"]"#),
            ("top", #""parentRoleId":"middle""#), ("payer", #""permissionIds":["fees:read"]"#),
        ] {
            let made = try await api.send(.post, "/rbac/roles", #"{"roleId":"\#(id)","name":"\#(id)",\#(body)}"#)
            #expect(made.status == 201, "\(made)")
        }
        let given = try await api.send(.post, "/rbac/users/tom/roles/top", #"{"branchId":"north"}"#)
        #expect(given.status == 201, "\(given)")
    }

    @Test func aYesIsExplainedByItsChainWithEventsActorsAndProofs() async throws {
        try await RouteFixture.withRoutes { api in
            try await furnish(api)
            let answer = try await api.send(.get, "/rbac/explain?userId=tom&permission=grades:read&branchId=north")
            #expect(answer.status == 200, "\(answer)")
            #expect(answer["allowed"]?.bool == true)
            let chain = answer["grants", "0"]
            #expect(chain?["lineage"]?.array?.compactMap(\.string) == ["top", "middle", "base"])
            let steps = chain?["permissions"]?.array ?? []
            #expect(steps.compactMap { $0["permission"]?.string } == ["grades:publish", "grades:read"])
            #expect(steps.compactMap { $0["reason"]?.string } == ["own", "implication"])
            let evidence = answer["evidence"]?.array ?? []
            #expect(
                Set(evidence.compactMap { $0["fact"]?.string })
                    == ["assignment", "parent", "permission", "implication"]
            )
            let reader = api.access.log.store.reader
            let keys = try api.access.log.keys.verifiers()
            for item in evidence {
                let position = try #require(item["position"]?.int64)
                let event = try #require(try await reader.event(at: position))
                #expect(event.header.actor == item["by"]?.string)
                let proof = try TlogProof(parsing: item["proof"]?.string ?? "")
                #expect(proof.index == position)
                _ = try proof.verify(leaf: event.leaf, origin: "test.example/log", logKeys: keys)
            }
        }
    }

    @Test func aNoIsExplainedByWhatWouldDoTheLeastFirst() async throws {
        try await RouteFixture.withRoutes { api in
            try await furnish(api)
            func explain(_ user: String, _ permission: String, _ more: String = "") async throws -> RouteAnswer {
                try await api.send(.get, "/rbac/explain?userId=\(user)&permission=\(permission)&branchId=north\(more)")
            }
            let none = try await explain("sue", "fees:read")
            #expect(none["allowed"]?.bool == false)
            #expect(none["reason"]?.string == "not-granted")
            #expect(none["remedies", "0", "deed"]?.string == "assign")
            #expect(none["remedies", "0", "roleId"]?.string == "payer")
            #expect(none["remedies"]?.array?.compactMap { $0["roleId"]?.string } == ["payer", "admin"])

            let denied = try await api.send(.post, "/rbac/roles/middle/denials/grades:read")
            #expect(denied.status == 201, "\(denied)")
            let refused = try await explain("tom", "grades:publish")
            #expect(refused["reason"]?.string == "denied", "\(refused)")
            #expect(refused["denials", "0", "lineage"]?.array?.compactMap(\.string) == ["top", "middle"])
            #expect(refused["denials", "0", "permissions", "0", "permission"]?.string == "grades:read")
            #expect(refused["remedies", "0", "deed"]?.string == "lift")
            #expect(refused["evidence"]?.array?.contains { $0["fact"]?.string == "denial" } == true)

            // As of the moment before, it was allowed.
            let position = try #require(denied["receipt", "position"]?.int64)
            let before = try await explain("tom", "grades:publish", "&asOf=\(position - 1)")
            #expect(before["allowed"]?.bool == true, "\(before)")
            let unknown = try await explain("tom", "nothing:there")
            #expect(unknown["reason"]?.string == "unknown-permission")
            #expect(unknown["remedies"]?.array?.isEmpty == true)
        }
    }

    @Test func whoCanAndWhatCanAgreeWithChecksAsOfAnyMoment() async throws {
        try await RouteFixture.withRoutes { api in
            try await furnish(api)
            let first = try await api.access.log.store.head().size - 1
            for user in ["ann", "bob"] {
                let given = try await api.send(.post, "/rbac/users/\(user)/roles/payer", #"{"branchId":"north"}"#)
                #expect(given.status == 201)
            }
            func who(_ query: String) async throws -> [String] {
                let answer = try await api.send(.get, "/rbac/permissions/fees:read/users?\(query)")
                #expect(answer.status == 200, "\(answer)")
                return (answer["items"]?.array ?? []).compactMap { $0["userId"]?.string }
            }
            #expect(try await who("branchId=north") == ["admin", "ann", "bob"])
            #expect(try await who("branchId=north&asOf=\(first)") == ["admin"])
            #expect(try await who("") == ["admin"])
            #expect(try await who("branchId=north&limit=1") == ["admin"])
            let what = try await api.send(.get, "/rbac/users/ann/permissions?branchId=north")
            #expect(what["items"]?.array?.compactMap { $0["name"]?.string } == ["fees:read"])
            let then = try await api.send(.get, "/rbac/users/ann/permissions?branchId=north&asOf=\(first)")
            #expect(then["items"]?.array?.isEmpty == true)
            let checked = try await api.send(
                .post,
                "/rbac/check?asOf=\(first)",
                #"{"userId":"ann","permission":"fees:read","branchId":"north"}"#
            )
            #expect(checked["allowed"]?.bool == false, "\(checked)")
        }
    }

    @Test func aReviewTellsWhoGainedKeptAndLost() async throws {
        try await RouteFixture.withRoutes { api in
            try await furnish(api)
            _ = try await api.send(.post, "/rbac/users/ann/roles/payer", #"{"branchId":"north"}"#)
            let from = try await api.access.log.store.head().size - 1
            _ = try await api.send(.delete, "/rbac/users/ann/roles/payer?branchId=north")
            _ = try await api.send(.post, "/rbac/users/bob/roles/payer", #"{"branchId":"south"}"#)
            _ = try await api.send(.post, "/rbac/roles/top/permissions/fees:read")
            func review(_ query: String) async throws -> [String] {
                let answer = try await api.send(.get, "/rbac/reviews/changes?from=\(from)&\(query)")
                #expect(answer.status == 200, "\(answer)")
                return (answer["items"]?.array ?? []).map { row in
                    ["userId", "branchId", "change", "what"].compactMap { row[$0]?.string }.joined(separator: " ")
                }
            }
            #expect(
                try await review("level=roles")
                    == [
                        "admin institution kept admin", "ann north lost payer", "bob south gained payer",
                        "tom north kept top",
                    ]
            )
            let permissions = try await review("level=permissions&branchId=north")
            #expect(permissions.contains("tom north gained fees:read"))
            #expect(permissions.contains("tom north kept grades:read"))
            #expect(permissions.contains("ann north lost fees:read"))
            #expect(!permissions.contains { $0.contains("south") })
            let csv = try await api.send(
                .get,
                "/rbac/reviews/changes?from=\(from)",
                headers: ["Accept": "text/csv"]
            )
            #expect(csv.text.hasPrefix("userId,branchId,change,what\r\n"), "\(csv)")
            #expect(csv.text.contains("ann,north,lost,payer\r\n"))
        }
    }

    @Test func aPermissionThatIsHeldInTheWholeInstitutionThroughoutIsNeitherLostNorGained() async throws {
        try await RouteFixture.withRoutes { api in
            try await furnish(api)
            _ = try await api.send(.post, "/rbac/users/ann/roles/payer", "{}")
            let before = try await api.access.log.store.head().size - 1
            _ = try await api.send(.post, "/rbac/users/ann/roles/top", #"{"branchId":"north"}"#)
            let between = try await api.access.log.store.head().size - 1
            let removed = try await api.send(.delete, "/rbac/users/ann/roles/top?branchId=north")
            #expect(removed.status == 200, "\(removed)")
            func review(_ query: String) async throws -> [String] {
                let answer = try await api.send(.get, "/rbac/reviews/changes?level=permissions&\(query)")
                #expect(answer.status == 200, "\(answer)")
                return (answer["items"]?.array ?? []).filter { $0["userId"]?.string == "ann" }.map { row in
                    ["branchId", "change", "what"].compactMap { row[$0]?.string }.joined(separator: " ")
                }
            }
            let lost = try await review("from=\(between)")
            #expect(lost.contains("north lost grades:publish") && lost.contains("north lost grades:read"))
            #expect(lost.contains("north kept fees:read") && lost.contains("institution kept fees:read"))
            #expect(!lost.contains("north lost fees:read"))
            let gained = try await review("from=\(before)&to=\(between)")
            #expect(gained.contains("north gained grades:publish") && gained.contains("north kept fees:read"))
            #expect(!gained.contains("north gained fees:read"))
            // What is held everywhere is held in a branch that one asks for, too.
            #expect(try await review("from=\(before)&branchId=south") == ["south kept fees:read"])
        }
    }

    @Test func grantsThatNobodyUsesAreDormant() async throws {
        try await RouteFixture.withRoutes { api in
            try await furnish(api)
            for user in ["ann", "bob"] {
                _ = try await api.send(.post, "/rbac/users/\(user)/roles/payer", #"{"branchId":"north"}"#)
            }
            let since = Timestamp.now().rfc3339
            _ = try await api.send(
                .post,
                "/rbac/check",
                #"{"userId":"ann","permission":"fees:read","branchId":"north"}"#
            )
            let answer = try await api.send(.get, "/rbac/reviews/dormant?since=\(since)&branchId=north")
            #expect(answer.status == 200, "\(answer)")
            let dormant = (answer["items"]?.array ?? []).compactMap { $0["userId"]?.string }
            #expect(dormant == ["bob", "tom"])
        }
    }

    @Test func whatBreaksARuleAfterARestoreOrAnExpiryIsListed() async throws {
        try await RouteFixture.withRoutes { api in
            try await furnish(api)
            let soon = Timestamp.now().advanced(by: .seconds(2)).rfc3339
            _ = try await api.send(.post, "/rbac/users/ann/roles/payer", #"{"expiresAt":"\#(soon)"}"#)
            let set = try await api.send(.put, "/rbac/roles/top/requirements", #"{"prerequisiteRoleIds":["payer"]}"#)
            #expect(set.status == 409, "tom has top, and lacks payer: \(set)")
            _ = try await api.send(.delete, "/rbac/users/tom/roles/top?branchId=north")
            let required = try await api.send(
                .put,
                "/rbac/roles/top/requirements",
                #"{"prerequisiteRoleIds":["payer"],"maximumHolders":2}"#
            )
            #expect(required.status == 200, "\(required)")
            #expect(required["role", "maximumHolders"]?.int64 == 2)
            let given = try await api.send(.post, "/rbac/users/ann/roles/top")
            #expect(given.status == 201, "\(given)")
            var found: [String] = []
            _ = try await eventually(every: .milliseconds(50)) {
                let answer = try await api.send(.get, "/rbac/reviews/violations")
                #expect(answer.status == 200, "\(answer)")
                found = (answer["items"]?.array ?? []).map { row in
                    "\(row["rule"]?.string ?? "") \(row["ruleId"]?.string ?? "") \(row["userId"]?.string ?? "")"
                }
                return !found.isEmpty
            }
            #expect(found == ["prerequisite top ann"])
        }
    }

    @Test func whatEndsSoonIsListedPageByPageTheFirstFirst() async throws {
        try await RouteFixture.withRoutes { api in
            try await furnish(api)
            let now = Timestamp.now()
            for (user, days) in [("ann", 20), ("bob", 10), ("max", 40)] {
                let end = now.advanced(by: .seconds(days * 86_400)).rfc3339
                _ = try await api.send(.post, "/rbac/users/\(user)/roles/payer", #"{"expiresAt":"\#(end)"}"#)
            }
            let all = try await api.send(.get, "/rbac/expiring")
            #expect(all["items"]?.array?.compactMap { $0["userId"]?.string } == ["bob", "ann"])
            let page = try await api.send(.get, "/rbac/expiring?limit=1")
            let cursor = try #require(page["next"]?.string)
            let next = try await api.send(.get, "/rbac/expiring?limit=1&cursor=\(cursor)")
            #expect(next["items"]?.array?.compactMap { $0["userId"]?.string } == ["ann"])
            let renewed = try await api.send(.patch, "/rbac/users/bob/roles/payer", #"{"expiresAt":null}"#)
            #expect(renewed.status == 200, "\(renewed)")
            #expect(renewed["userRole", "expiresAt"] == nil)
            let left = try await api.send(.get, "/rbac/expiring")
            #expect(left["items"]?.array?.compactMap { $0["userId"]?.string } == ["ann"])
            let unsaid = try await api.send(.patch, "/rbac/users/ann/roles/payer", "{}")
            #expect(unsaid["errors", "0", "pointer"]?.string == "/expiresAt", "\(unsaid)")
            let wrong = try await api.send(.patch, "/rbac/users/ann/roles/payer", #"{"expiresAt":"tomorrow"}"#)
            #expect(wrong["errors", "0", "pointer"]?.string == "/expiresAt", "\(wrong)")
        }
    }

    @Test func separationsAndSessionsGoOverHTTP() async throws {
        try await RouteFixture.withRoutes { api in
            try await furnish(api)
            let set = try await api.send(
                .put,
                "/rbac/separations/apart",
                #"{"kind":"dynamic","name":"Apart","roleIds":["base","payer"]}"#
            )
            #expect(set.status == 200, "\(set)")
            let listed = try await api.send(.get, "/rbac/separations")
            #expect(listed["items", "0", "cardinality"]?.int64 == 2)
            for role in ["top", "payer"] { _ = try await api.send(.post, "/rbac/users/max/roles/\(role)") }
            func check(_ session: String?) async throws -> String? {
                let session = session.map { #","sessionId":"\#($0)""# } ?? ""
                let body = #"{"userId":"max","permission":"fees:read"\#(session)}"#
                return try await api.send(.post, "/rbac/check", body)["reason"]?.string
            }
            #expect(try await check(nil) == "separated")
            let both = try await api.send(.post, "/rbac/sessions", #"{"roleIds":["top","payer"]}"#, as: "max")
            #expect(both.status == 409 && both.problem == "separation-of-duty", "\(both)")
            let opened = try await api.send(.post, "/rbac/sessions", #"{"roleIds":["payer"]}"#, as: "max")
            #expect(opened.status == 201, "\(opened)")
            let id = try #require(opened["session", "sessionId"]?.string)
            #expect(try await check(id) == "granted")
            #expect(try await api.send(.get, "/rbac/sessions/\(id)", as: "tom").status == 403)
            let shown = try await api.send(.get, "/rbac/sessions/\(id)", as: "max")
            #expect(shown["session", "roleIds", "0"]?.string == "payer")
            let dropped = try await api.send(.delete, "/rbac/sessions/\(id)/roles/payer", as: "max")
            #expect(dropped["session", "roleIds"]?.array?.isEmpty == true, "\(dropped)")
            let other = try await api.send(.post, "/rbac/sessions/\(id)/roles/top", as: "max")
            #expect(other.status == 200, "\(other)")
            #expect(try await check(id) == "inactive")
            #expect(try await api.send(.delete, "/rbac/sessions/\(id)", as: "max").status == 200)
            #expect(try await api.send(.get, "/rbac/sessions/\(id)", as: "max").status == 403)
            #expect(try await api.send(.delete, "/rbac/separations/apart").status == 200)
            #expect(try await check(nil) == "granted")
        }
    }

    @Test func theHierarchyAndChainsAreToldOverHTTP() async throws {
        try await RouteFixture.withRoutes { api in
            try await furnish(api)
            let hierarchy = try await api.send(.get, "/rbac/hierarchy")
            #expect(hierarchy.status == 200, "\(hierarchy)")
            let publish = hierarchy["permissions"]?.array?.first { $0["name"]?.string == "grades:publish" }
            #expect(publish?["implied"]?.array?.compactMap(\.string) == ["grades:read"])
            let top = hierarchy["roles"]?.array?.first { $0["roleId"]?.string == "top" }
            #expect(top?["permissions"]?.array?.contains("grades:read") == true)
            let chain = try await api.send(
                .post,
                "/rbac/permissions/validate",
                #"{"permissions":["grades:publish","grades:read","x"],"denied":["grades:read"]}"#
            )
            #expect(chain.status == 200, "\(chain)")
            #expect(chain["valid"]?.bool == false)
            #expect(chain["redundant", "0", "permission"]?.string == "grades:read")
            #expect(chain["malformed", "0"]?.string == "x")
            #expect(chain["conflicts"]?.array?.count == 2)
        }
    }

    @Test func aRolesUsersAreListedThoseWhoInheritItToo() async throws {
        try await RouteFixture.withRoutes { api in
            try await furnish(api)
            let first = try await api.access.log.store.head().size - 1
            _ = try await api.send(.post, "/rbac/users/ann/roles/base")
            func users(_ query: String) async throws -> [String] {
                let answer = try await api.send(.get, "/rbac/roles/base/users?\(query)")
                #expect(answer.status == 200, "\(answer)")
                return (answer["items"]?.array ?? []).map {
                    "\($0["userId"]?.string ?? "") \($0["roleId"]?.string ?? "")"
                }
            }
            #expect(try await users("") == ["ann base"])
            #expect(try await users("inherited=true") == ["tom top", "ann base"])
            #expect(try await users("inherited=true&branchId=north") == ["tom top"])
            #expect(try await users("inherited=true&asOf=\(first)") == ["tom top"])
            #expect(try await users("inherited=true&limit=1") == ["tom top"])
            let none = try await api.send(.get, "/rbac/roles/nobody/users?inherited=true")
            #expect(none["items"]?.array?.isEmpty == true, "\(none)")
        }
    }

    @Test func aSessionsPermissionsAreThoseOfItsActiveRoles() async throws {
        try await RouteFixture.withRoutes { api in
            try await furnish(api)
            for role in ["payer", "base"] { _ = try await api.send(.post, "/rbac/users/max/roles/\(role)") }
            let opened = try await api.send(
                .post,
                "/rbac/sessions",
                #"{"roleIds":["payer"]}"#,
                as: "max",
                headers: ["Idempotency-Key": "k1"]
            )
            let id = try #require(opened["session", "sessionId"]?.string, "\(opened)")
            let held = try await api.send(.get, "/rbac/sessions/\(id)/permissions", as: "max")
            #expect(held["items"]?.array?.compactMap { $0["name"]?.string } == ["fees:read"], "\(held)")
            #expect(try await api.send(.get, "/rbac/sessions/\(id)/permissions", as: "tom").status == 403)
            let both = try await api.send(
                .post,
                "/rbac/check?asOf=3",
                #"{"userId":"max","permission":"fees:read","sessionId":"\#(id)"}"#
            )
            #expect(both.status == 400, "\(both)")
            _ = try await api.send(.delete, "/rbac/sessions/\(id)", as: "max")
            let again = try await api.send(
                .post,
                "/rbac/sessions",
                #"{"roleIds":["payer"]}"#,
                as: "max",
                headers: ["Idempotency-Key": "k1"]
            )
            #expect(again.status == 201, "a repetition is answered, though the session is over: \(again)")
            #expect(again["receipt", "position"] == opened["receipt", "position"])
        }
    }
}
