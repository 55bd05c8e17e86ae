import Access
import Events
import HTTPTypes
import TestSupport
import Testing
import Time

@testable import Console
@testable import HTTPAPI

/// Who may do what, in the console: what its pages tell, and whom.
@Suite struct ConsoleAccessTests {
    private static let base = "/console/access"

    @Test func aReaderOfOneBranchReachesNothingOfAnotherByAddresses() async throws {
        try await TwoBranches.open { branches in
            let desk = try await ConsoleDesk.signedIn(branches.served, branches.insiderToken)
            let (other, place) = (TwoBranches.other, TwoBranches.otherBranch)
            // What says something of the branch that is asked for is refused there.
            for path in [
                "?branch=\(place)", "/ending?branch=\(place)", "/who?permission=institution.fees:read&branch=\(place)",
                "/what?user=both&branch=\(place)", "/people/both?branch=\(place)",
                "/why?user=both&permission=institution.fees:read&branch=\(place)",
                "/who?permission=institution.fees:read", "/what?user=both",
                "/why?user=both&permission=institution.fees:read",
            ] {
                #expect(try await desk.get(Self.base + path).status == 403, "\(path)")
            }
            for role in ["\(other)-role-clerk", "\(other)-role-teacher"] {
                let answer = try await desk.get("\(Self.base)/roles/\(role)")
                let never = try await desk.get("\(Self.base)/roles/never-role-clerk")
                #expect(answer.status == 404 && never.status == 404)
                let told = Self.plain(answer.text).replacing("\(other)-role", with: "never-role")
                #expect(told.replacing("-teacher", with: "-clerk") == Self.plain(never.text), "\(role)")
            }
            // What asks of nothing in particular tells of one's own branch.
            for path in [
                "", "?text=user", "?text=\(other)", "/people/\(other)-user", "/people/both", "/roles",
                "/roles?role=role",
                "/roles?role=role&column=8", "/roles/admin", "/inheritance", "/ending?days=3660", "/who", "/what",
                "/why",
                "/who?permission=institution.fees:read&branch=\(TwoBranches.ownBranch)",
                "/why?user=both&permission=institution.fees:read&branch=\(TwoBranches.ownBranch)",
                "/what?user=both&branch=\(TwoBranches.ownBranch)",
            ] {
                let answer = try await desk.get(Self.base + path)
                #expect(answer.status == 200, "\(path): \(answer)")
                // What was asked for stands in the address, the heading and the fields.
                let asked =
                    path.contains(other)
                    ? answer.text.replacing(path.contains("?") ? other : "\(other)-user", with: "") : answer.text
                #expect(!asked.contains(other), "\(path): \(answer)")
            }
            #expect(try await desk.get(Self.base).text.contains(">both<"))
            #expect(try await desk.get("\(Self.base)/ending").text.contains("\(TwoBranches.own)-user"))
            // Comparing goes no further, and neither does any moment.
            for from in [0, 150, 250] as [Int64] {
                let answer = try await desk.get("/console/compare?from=\(from)")
                #expect(answer.status == 200 && !answer.text.contains(other), "\(answer)")
            }
            #expect(try await desk.get("/console/compare?from=0").text.contains("\(TwoBranches.own)-role-clerk"))
            for position in branches.otherPositions.suffix(3) {
                let chosen = try await desk.choose(position: position, on: Self.base)
                #expect(chosen.status == 303)
                // Not even when the other branch's event was.
                let page = try await desk.get("\(Self.base)/people/both").text
                #expect(page.contains("just after <a") && !page.contains(", recorded "))
                #expect(!page.contains(other), "\(page)")
            }
        }
    }

    @Test func eachPageTakesThePermissionThatTheAPITakes() async throws {
        try await Served.open { served in
            let pages: [(path: String, permission: String)] = [
                ("", "rbac.user-roles:read"), ("/people/ada", "rbac.user-roles:read"),
                ("/ending", "rbac.user-roles:read"),
                ("/roles", "rbac.permissions:read"), ("/inheritance", "rbac.permissions:read"),
                ("/roles/teacher", "rbac.roles:read"), ("/who?permission=rbac.roles:read", "rbac.access:search"),
                ("/what?user=ada", "rbac.access:search"),
                ("/why?user=ada&permission=rbac.roles:read", "rbac.access:explain"),
            ]
            for (number, permission) in Set(pages.map(\.permission)).sorted().enumerated() {
                let user = "holder-\(number)"
                let token = try await served.token(of: user)
                try await served.grant([permission], to: user, in: "institution", role: user)
                let desk = try await ConsoleDesk.signedIn(served, token)
                for page in pages {
                    let answer = try await desk.get(Self.base + page.path)
                    #expect(
                        answer.status == (page.permission == permission ? 200 : 403),
                        "\(permission) \(page): \(answer)"
                    )
                }
                #expect(try await desk.get("/console/compare").status == 403)
            }
        }
    }

    @Test func rolesEndsPermissionsAndTheChainOfWhyAreShownWithTheirEvents() async throws {
        try await Served.open { served in
            let access = served.system.access
            let soon = Timestamp.now().advanced(by: .seconds(5 * 86_400))
            let base = DefineRole(
                roleID: "base",
                branch: "north",
                name: "Base",
                permissionIDs: ["institution.fees:read"]
            )
            _ = try await access.defineRole(base, Served.admin)
            let clerk = DefineRole(
                roleID: "clerk",
                branch: "north",
                name: "Clerk",
                parentRoleIDs: ["base"],
                permissionIDs: ["institution.payments:read"],
                deniedPermissionIDs: ["institution.grades:read"]
            )
            let made = try await access.defineRole(clerk, Served.admin)
            let assign = AssignRole(userID: "ada", roleID: "clerk", branch: "north", expiresAt: soon)
            let assigned = try await access.assignRoleToUser(assign, Served.admin)
            let (roleAt, grantAt) = (
                try #require(made.receipt?.events.first?.position),
                try #require(assigned.receipt?.events.last?.position)
            )
            try await served.settle()
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))

            let person = try await desk.get("\(Self.base)/people/ada?branch=north").text
            #expect(person.contains("ends in 4 d 23 h") && person.contains("/console/history/\(grantAt)\""))
            #expect(person.contains("<dt>institution.fees</dt>") && person.contains("<dt>institution.payments</dt>"))
            #expect(!person.contains("<dt>institution.grades</dt>"))
            #expect(try await desk.get("\(Self.base)/ending?days=6").text.contains(">ada<"))
            #expect(try await !desk.get("\(Self.base)/ending?days=4").text.contains(">ada<"))
            #expect(try await desk.get("\(Self.base)/ending?days=0").status == 400)

            let why = try await desk.get("\(Self.base)/why?user=ada&permission=institution.fees:read&branch=north").text
            let nodes = why.matches(
                of: /class="node (\w+)"><span class="key">\w+<\/span> <a href="[^"]+"><bdi>([^<]+)</
            )
            .map { "\($0.1) \($0.2)" }
            #expect(nodes == ["person ada", "role clerk", "role base", "permission institution.fees:read"])
            #expect(
                why.contains("inherits from <span class=\"quiet-text\"><a href=\"/console/history/\(roleAt)\""),
                "\(why)"
            )
            #expect(why.contains("/console/history/\(grantAt)\""))

            func mark(_ permission: String) async throws -> String {
                let matrix = try await desk.get("\(Self.base)/roles?text=\(permission)&role=clerk").text
                let row = try #require(matrix.split(separator: "<tr>").first { $0.contains(">\(permission)<") })
                return row.firstMatch(of: /aria-label="(\w+)"/).map { String($0.1) } ?? "none"
            }
            #expect(try await mark("institution.payments:read") == "own")
            #expect(try await mark("institution.fees:read") == "inherited")
            #expect(try await mark("institution.grades:read") == "denied")
            #expect(try await mark("institution.students:read") == "none")

            let graph = try await desk.get("\(Self.base)/inheritance").text
            #expect(graph.contains("<title>clerk</title>") && graph.contains("class=\"edge\""))
            let line = try #require(graph.split(separator: "<tr>").first { $0.contains("roles/clerk\"><bdi>clerk") })
            #expect(line.contains("roles/base\"><bdi>base"))
            #expect(
                try await desk.get("\(Self.base)/who?permission=institution.fees:read&branch=north").text.contains(
                    ">ada<"
                )
            )
            let role = try await desk.get("\(Self.base)/roles/clerk").text
            #expect(role.contains(">ada<") && role.contains("<code>institution.grades:read</code>"))
        }
    }

    @Test func peopleGoOnFromPageToPageAndAreFound() async throws {
        try await Served.open { served in
            for number in 0..<130 {
                let assign = AssignRole(userID: "pupil-\(1_000 + number)", roleID: "student", branch: "north")
                _ = try await served.system.access.assignRoleToUser(assign, Served.admin)
            }
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            var path: String? = "\(Self.base)?text=PUPIL&branch=north"
            var seen: [String] = []
            while let page = path {
                let text = try await desk.get(page).text
                seen += text.matches(of: /<bdi>(pupil-\d+)<\/bdi>/).map { String($0.1) }
                path = text.firstMatch(of: /<a href="([^"]+)" rel="next">More/).map {
                    String($0.1).replacing("&amp;", with: "&")
                }
            }
            #expect(seen == (0..<130).map { "pupil-\(1_000 + $0)" })
            #expect(try await desk.get("\(Self.base)?text=%00").status == 400)
            #expect(try await desk.get("\(Self.base)?text=%25_").text.contains("Nobody whose roles"))
        }
    }

    @Test func askingIsRecordedAsOverTheAPI() async throws {
        try await Served.open { served in
            let token = try await served.token(of: FirstStart.administrator)
            let desk = try await ConsoleDesk.signedIn(served, token)
            func recorded(_ body: () async throws -> Int) async throws -> [String] {
                let before = try await served.system.store.head().size
                #expect(try await body() == 200)
                let types: Set<EventType> = [Audit.HistoryQueried.type]
                return try await served.system.store.reader.events(from: before, types: types).compactMap { event in
                    event.data.map { String(decoding: $0, as: UTF8.self) }
                }
            }
            for (page, endpoint) in [
                (
                    "/who?permission=rbac.roles:read&branch=north",
                    "/rbac/permissions/rbac.roles:read/users?branchId=north"
                ),
                ("/what?user=admin", "/rbac/users/admin/permissions"),
            ] {
                let shown = try await recorded { try await desk.get(Self.base + page).status }
                let answered = try await recorded {
                    try await served.send(Sending(.get, endpoint), token: token).status
                }
                #expect(shown.count == 1 && answered.count == 1)
                let withoutCount = { (text: String) in text.replacing(/"returned":\d+/, with: "") }
                #expect(shown.map(withoutCount) == answered.map(withoutCount), "\(page)")
            }
            let compared = try await recorded { try await desk.get("/console/compare?from=0").status }
            #expect(compared.count == 1 && compared[0].contains("comparison"))
        }
    }

    @Test func namesOfRolesPeopleAndBranchesStayText() async throws {
        try await Served.open { served in
            let markup = "<script>alert(1)</script>\"'x"
            let role = DefineRole(
                roleID: "r\(markup)",
                branch: "b\(markup)",
                name: "n\(markup)",
                description: "d\(markup)",
                permissionIDs: ["rbac.roles:read"]
            )
            _ = try await served.system.access.defineRole(role, Served.admin)
            let heir = DefineRole(
                roleID: "h\(markup)",
                branch: "b\(markup)",
                name: "m\(markup)",
                parentRoleIDs: ["r\(markup)"],
                permissionIDs: []
            )
            _ = try await served.system.access.defineRole(heir, Served.admin)
            let soon = Timestamp.now().advanced(by: .seconds(86_400))
            let assign = AssignRole(userID: "u\(markup)", roleID: "h\(markup)", branch: "b\(markup)", expiresAt: soon)
            _ = try await served.system.access.assignRoleToUser(assign, Served.admin)
            try await served.settle()
            let desk = try await ConsoleDesk.signedIn(served, try await served.token(of: FirstStart.administrator))
            let text = PercentCoding.encode(markup)
            let pages = [
                "\(Self.base)", "\(Self.base)?text=\(text)&branch=b\(text)",
                "\(Self.base)/people/u\(text)?branch=b\(text)",
                "\(Self.base)/roles", "\(Self.base)/roles?text=\(text)&role=\(text)", "\(Self.base)/roles?role=\(text)",
                "\(Self.base)/roles/r\(text)",
                "\(Self.base)/roles/h\(text)", "\(Self.base)/inheritance", "\(Self.base)/ending",
                "\(Self.base)/who?permission=rbac.roles:read&branch=b\(text)",
                "\(Self.base)/who?permission=\(text)&branch=\(text)",
                "\(Self.base)/what?user=u\(text)&branch=b\(text)",
                "\(Self.base)/why?user=u\(text)&permission=rbac.roles:read&branch=b\(text)", "/console/compare?from=0",
            ]
            var shown = 0
            for page in pages {
                let answer = try await desk.get(page)
                #expect(answer.status == 200, "\(page): \(answer)")
                #expect(!answer.text.contains("<script>alert"), "\(page)")
                shown += answer.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;x") ? 1 : 0
            }
            #expect(shown == pages.count)
        }
    }

    private static func plain(_ text: String) -> String {
        text.replacing(/[0-9a-f]{32}/, with: "")
    }
}
