import Access
import HTTPTypes
import JSON
import Testing

/// `POST /access/v1/search/…`: section 8 of the standard.
@Suite struct AuthZENSearchTests {
    private static func subjects(_ resource: String, _ rest: String = "", action: String = "read") -> String {
        #"{"subject":{"type":"user"},"action":{"name":"\#(action)"},"resource":\#(resource)\#(rest)}"#
    }

    private static func resources(_ type: String, _ action: String, of subject: String, _ rest: String = "") -> String {
        #"{"subject":{"type":"user","id":"\#(subject)"},"action":{"name":"\#(action)"},"resource":{"type":"\#(type)"}\#(rest)}"#
    }

    private static let record = #"{"type":"record","id":"record-1"}"#

    @Test func subjectsAreThoseWhoMay() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            let answer = try await school.ask("search/subject", Self.subjects(Self.record))
            #expect(answer.status == 200)
            #expect(answer.ids == [School.admin, "alice", "bob"].sorted(), "\(answer)")
            #expect(answer.results.allSatisfy { $0["type"]?.string == "user" && $0.object?.count == 2 })
            #expect(answer.json?.object?.members.first?.name == "page")
            #expect(answer.nextToken == "")
            #expect(answer.json?["page"]?["count"]?.int64 == 3)
            #expect(answer.json?["context"]?["position"]?.int64 == answer.position)
            let north = #"{"type":"record","id":"r","properties":{"branchId":"north"}}"#
            #expect(
                try await school.ask("search/subject", Self.subjects(north)).ids
                    == [School.admin, "alice", "bob", "carol"].sorted()
            )
            // The id of whom is sought does not count, whatever it is, nor does the context.
            for body in [
                Self.subjects(Self.record).replacing(#""type":"user""#, with: #""type":"user","id":"alice""#),
                Self.subjects(Self.record).replacing(#""type":"user""#, with: #""type":"user","id":[7]"#),
                Self.subjects(Self.record, #","context":{"time":"now"},"page":{}"#),
            ] {
                #expect(try await school.ask("search/subject", body).ids == answer.ids)
            }
        }
    }

    @Test func whatIsUnknownIsFoundNowhere() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            let nobody = Self.resources("branch", "record:read", of: "nobody")
            for (endpoint, body) in [
                ("search/subject", Self.subjects(#"{"type":"spaceship","id":"1"}"#)),
                ("search/subject", Self.subjects(Self.record).replacing(#""user""#, with: #""robot""#)),
                ("search/resource", Self.resources("spaceship", "read", of: "alice")),
                ("search/resource", Self.resources("institution.spaceships", "read", of: "alice")),
                ("search/resource", nobody), ("search/resource", nobody.replacing(#""user""#, with: #""robot""#)),
                ("search/action", evaluation("nobody")),
                ("search/action", evaluation("alice", "", #"{"type":"spaceship","id":"1"}"#)),
                ("search/action", evaluation().replacing(#""user""#, with: #""robot""#)),
            ] {
                let answer = try await school.ask(endpoint, body)
                #expect(answer.status == 200, "\(endpoint) \(body): \(answer)")
                #expect(answer.json?["results"]?.array == [])
                #expect(answer.nextToken == "")
            }
        }
    }

    @Test func actionsAreThoseThatTheSubjectMayDo() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            #expect(try await school.ask("search/action", evaluation("alice")).names == ["read", "write"])
            #expect(try await school.ask("search/action", evaluation("bob")).names == ["read"])
            #expect(try await school.ask("search/action", evaluation("carol")).names == [])
            // An action in the request is not the standard's, and ignored.
            #expect(try await school.ask("search/action", evaluation("bob").with(#""actions":1"#)).names == ["read"])
            // Whoever may write the whole may read its parts, whether there is a permission for just that or not.
            let context = CommandContext(actor: .user(School.admin))
            _ = try await school.access.createCustomPermission(CreatePermission(name: "archive:write"), context)
            try await school.grant(["archive:write"], to: "dora", in: "institution")
            let part = #"{"type":"archive.boxes","id":"1"}"#
            #expect(try await school.ask("search/action", evaluation("dora", "x", part)).names == ["read", "write"])
            #expect(try await school.ask("search/subject", Self.subjects(part)).ids == [School.admin, "dora"].sorted())
            let branch = #"{"type":"branch","id":"north"}"#
            let answer = try await school.ask("search/action", evaluation("carol", "x", branch))
            #expect(answer.names == ["record:read"])
            let every = try await school.ask("search/action", evaluation(School.admin, "x", branch))
            #expect(every.names.count == 100)
            #expect(every.nextToken?.isEmpty == false)
        }
    }

    @Test func branchesRolesAndPermissionsAreFoundAndEvaluateToYes() async throws {
        try await School.open { school in
            try await school.furnish()
            try await school.furnishRecords()
            try await school.grant(["rbac.roles:read"], to: "carol", in: "north")
            let head = try await school.log.store.head().size - 1
            func ids(_ type: String, _ action: String, _ user: String) async throws -> [String?] {
                let body = Self.resources(type, action, of: user, #","page":{"limit":1000}"#)
                let answer = try await school.ask("search/resource", body, headers: ["X-Min-Position": "\(head)"])
                #expect(answer.status == 200, "\(answer)")
                #expect(answer.results.allSatisfy { $0["type"]?.string == type })
                for resource in answer.results.prefix(8) {
                    let asked = try await school.ask("evaluation", evaluation(user, action, resource.text))
                    #expect(asked.json?["decision"]?.bool == true, "\(resource.text): \(asked)")
                }
                return answer.ids
            }
            #expect(try await ids("branch", "record:read", "carol") == ["north"])
            // South is named by the institution's records alone.
            #expect(try await ids("branch", "record:read", "alice") == ["north", "south"])
            #expect(try await ids("branch", "record:write", "bob") == [])
            #expect(try await ids("rbac.permissions", "read", "carol") == [])
            #expect(try await ids("rbac.permissions", "assign", School.admin) == [])
            try await school.grant(["rbac.permissions:read"], to: "dora", in: "institution")
            #expect(try await ids("rbac.permissions", "read", "dora").contains("record:read"))
            let roles = try await ids("rbac.roles", "read", "carol")
            #expect(roles.count == 2)
            #expect(roles.allSatisfy { $0?.hasPrefix("role-carol-north-") == true })
            #expect(try await ids("rbac.roles", "read", School.admin).contains("admin"))
        }
    }

    @Test func whatIsKnownOfTheInstitutionIsFoundInTheBranchesWhereTheSubjectMay() async throws {
        try await School.open { school in
            try await school.furnish()
            try await school.grant(["institution.students:read"], to: "clerk", in: "north")
            let head = try await school.log.store.head().size - 1
            let position = ["X-Min-Position": String(head)]
            func found(_ type: String, _ user: String, as asker: String = School.admin, _ rest: String = "")
                async throws
                -> Answer
            {
                let body = Self.resources(type, "read", of: user, rest)
                return try await school.ask("search/resource", body, as: asker, headers: position)
            }
            let north = try await found("institution.students", "clerk")
            #expect(north.ids == ["north-1", "north-2"], "\(north)")
            #expect(north.results.allSatisfy { $0["properties"]?["branchId"]?.string == "north" })
            for student in north.results {
                let asked = try await school.ask("evaluation", evaluation("clerk", "read", student.text))
                #expect(asked.json?["decision"]?.bool == true)
            }
            let all = try await found("institution.students", School.admin)
            #expect(all.ids == ["north-1", "north-2", "south-1", "south-2"])
            let pages = try await school.pages(
                "search/resource",
                Self.resources("institution.students", "read", of: School.admin),
                limit: 3
            )
            #expect(pages.map { $0.map { $0["id"]?.string } } == [["north-1", "north-2", "south-1"], ["south-2"]])
            let south = Self.resources("institution.students", "read", of: School.admin)
                .replacing(
                    #"{"type":"institution.students"}"#,
                    with: #"{"type":"institution.students","properties":{"branchId":"south"}}"#
                )
            #expect(try await school.ask("search/resource", south).ids == ["south-1", "south-2"])

            // Whoever asks is shown nothing that they may not read, nor from where they may not search.
            try await school.grant(["rbac.access:search", "institution.students:read"], to: "gate", in: "south")
            try await school.grant(["rbac.access:search"], to: "blind", in: "south")
            #expect(try await found("institution.students", School.admin, as: "gate").ids == ["south-1", "south-2"])
            #expect(try await found("institution.students", "clerk", as: "gate").ids == [])
            #expect(try await found("institution.students", School.admin, as: "blind").ids == [])
            #expect(try await found("branch", School.admin, as: "gate").ids == [])
        }
    }

    @Test func pagesFollowOneAnotherToAnEmptyToken() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            for number in 1...7 { try await school.grant(["record:read"], to: "user-\(number)", in: "south") }
            let south = #"{"type":"record","id":"r","properties":{"branchId":"south"}}"#
            let all = try await school.ask("search/subject", Self.subjects(south)).ids
            #expect(all.count == 10)
            for limit in [1, 3, 5, 9, 10, 11, 5_000] {
                let pages = try await school.pages("search/subject", Self.subjects(south), limit: limit)
                #expect(pages.flatMap { $0 }.map { $0["id"]?.string } == all)
                #expect(pages.dropLast().allSatisfy { $0.count == min(limit, 1_000) })
            }
            let actions = try await school.pages("search/action", evaluation("alice"), limit: 1)
            #expect(actions.map(\.count) == [1, 1])
            // What comes in between is met if it lies ahead; nothing is met twice.
            let first = try await school.ask("search/subject", Self.subjects(south, #","page":{"limit":4}"#))
            try await school.grant(["record:read"], to: "aaa", in: "south")
            try await school.grant(["record:read"], to: "zzz", in: "south")
            let token = try #require(first.nextToken)
            let rest = try await school.ask("search/subject", Self.subjects(south, #","page":{"token":"\#(token)"}"#))
            #expect(rest.ids == Array(all[4..<8]))
            // A limit beyond all numbers is a limit; none at all is a page without results that is not the last.
            let huge = Self.subjects(south, #","page":{"limit":99999999999999999999999}"#)
            #expect(try await school.ask("search/subject", huge).ids.count == 12)
            let none = try await school.ask("search/subject", Self.subjects(south, #","page":{"limit":0}"#))
            #expect(none.results.isEmpty)
            #expect(none.nextToken?.isEmpty == false)
        }
    }

    @Test func aTokenBelongsToOneSearchOfOneUser() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            try await school.grant(["rbac.access:search"], to: "other", in: "institution")
            let whole = #"{"type":"record","id":"r","properties":{"a":1,"b":{"x":1,"y":2}}}"#
            let first = try await school.ask(
                "search/subject",
                Self.subjects(whole, #","context":{"c":1},"page":{"limit":1,"properties":{"p":1}}"#)
            )
            let token = try #require(first.nextToken)
            #expect(!token.isEmpty)
            func body(_ resource: String, _ context: String, _ page: String, action: String = "read") -> String {
                Self.subjects(
                    resource,
                    #","context":\#(context),"page":{"token":"\#(token)"\#(page)}"#,
                    action: action
                )
            }
            let same = #","properties":{"p":1}"#
            // The same with its members in another order, with a limit or without.
            let turned = #"{"properties":{"b":{"y":2,"x":1},"a":1},"id":"r","type":"record"}"#
            for page in [same, #","limit":1"# + same] {
                let next = try await school.ask("search/subject", body(turned, #"{"c":1}"#, page))
                #expect(next.status == 200, "\(next)")
                #expect(next.ids.count == 1)
                #expect(next.ids != first.ids)
            }
            for changed in [
                body(whole.replacing("\"r\"", with: "\"q\""), #"{"c":1}"#, same), body(whole, #"{"c":2}"#, same),
                body(whole.replacing(":2", with: ":3"), #"{"c":1}"#, same), body(whole, #"{"c":1}"#, ""),
                body(whole, #"{"c":1}"#, same, action: "write"), body(whole, #"{"c":1}"#, #","limit":2"# + same),
                body(whole, #"{"c":1}"#, #","limit":0"# + same),
                body(whole, #"{"c":1}"#, same).replacing(token, with: ""),
                body(whole, #"{"c":1}"#, same).replacing(token, with: String(token.dropLast())),
                body(whole, #"{"c":1}"#, same).replacing(token, with: "AAAA"),
                body(whole, #"{"c":1}"#, same).replacing(token, with: String(repeating: "A", count: 5_000)),
            ] {
                let answer = try await school.ask("search/subject", changed)
                #expect(answer.status == 400, "\(changed.prefix(200)): \(answer)")
            }
            let right = body(whole, #"{"c":1}"#, same)
            #expect(try await school.ask("search/subject", right, as: "other").status == 400)
            let elsewhere = right.replacing(#""type":"user""#, with: #""type":"user","id":"alice""#)
            #expect(try await school.ask("search/resource", elsewhere).status == 400)
            #expect(try await school.ask("search/action", elsewhere).status == 400)
        }
    }

    @Test func pagesThatAreNoneAreBadRequests() async throws {
        try await School.open { school in
            for page in [
                #""x""#, "[]", "null", #"{"limit":-1}"#, #"{"limit":1.5}"#, #"{"limit":"1"}"#, #"{"token":1}"#,
                #"{"token":null}"#, #"{"properties":[]}"#,
            ] {
                for endpoint in ["search/subject", "search/resource", "search/action"] {
                    let answer = try await school.ask(endpoint, evaluation().with(#""page":\#(page)"#))
                    #expect(answer.status == 400, "\(answer)")
                    #expect(answer.pointers.allSatisfy { $0.hasPrefix("/page") })
                }
            }
        }
    }

    @Test func aSearchTakesAPermissionOfItsOwnAndIsRecorded() async throws {
        try await School.open { school in
            try await school.furnishRecords()
            try await school.grant(["rbac.access:check"], to: "checker", in: "institution")
            try await school.grant(["rbac.access:search"], to: "gate", in: "north")
            let size = try await school.log.store.head().size
            for endpoint in ["search/subject", "search/resource", "search/action"] {
                for user in ["checker", "stranger"] {
                    let refused = try await school.ask(endpoint, evaluation(), as: user)
                    #expect(refused.status == 403)
                    #expect(refused.json?["permission"]?.string == "rbac.access:search")
                }
            }
            let south = #"{"type":"record","id":"r","properties":{"branchId":"south"}}"#
            for endpoint in ["search/subject", "search/resource", "search/action"] {
                #expect(try await school.ask(endpoint, evaluation("carol", "read", south), as: "gate").status == 403)
            }
            #expect(try await school.ask("search/subject", evaluation(), as: "gate").status == 403)
            #expect(try await school.log.store.head().size == size)

            let north = south.replacing("south", with: "north")
            for endpoint in ["search/subject", "search/resource", "search/action"] {
                #expect(try await school.ask(endpoint, evaluation("carol", "read", north), as: "gate").status == 200)
            }
            let recorded = try await school.recorded("audit.history-queried", from: size)
            #expect(recorded.map { $0["filter"]?["sought"]?.string } == ["subject", "resource", "action"])
            #expect(recorded.map { $0["filter"]?["branchId"]?.string } == ["north", "north", "north"])
            #expect(recorded.map { $0["filter"]?["userId"]?.string } == [nil, "carol", "carol"])
            #expect(recorded.map { $0["returned"]?.int64 } == [4, 0, 1])
            #expect(try await school.checks(from: size).isEmpty)
        }
    }
}

extension School {
    /// All pages of a search, one after another.
    fileprivate func pages(_ endpoint: String, _ body: String, limit: Int) async throws -> [[JSONValue]] {
        var pages: [[JSONValue]] = []
        var token: String?
        repeat {
            let page = token.map { #"{"limit":\#(limit),"token":"\#($0)"}"# } ?? #"{"limit":\#(limit)}"#
            let answer = try await ask(endpoint, body.with(#""page":\#(page)"#))
            #expect(answer.status == 200, "\(answer)")
            #expect(answer.json?["page"]?["count"]?.int64 == Int64(answer.results.count))
            pages.append(answer.results)
            token = answer.nextToken
        } while token?.isEmpty == false && pages.count < 50
        return pages
    }
}
