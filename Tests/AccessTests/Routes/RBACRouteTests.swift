import Access
import HTTPAPI
import JSON
import Testing

/// The plan's fourteen routes and `POST /rbac/check`, from request to answer.
struct RBACRouteTests {
    @Test func aRoleLivesFromCreationToDeletion() async throws {
        try await RouteFixture.withRoutes { api in
            let created = try await api.send(
                .post,
                "/rbac/roles",
                #"{"branchId":"north","name":"Tutor","parentRoleId":"student","permissionIds":["rbac.roles:read"]}"#
            )
            #expect(created.status == 201, "\(created)")
            let id = try #require(created["role", "roleId"]?.string)
            #expect(created.headers[.location] == "/rbac/roles/\(id)")
            #expect(created["receipt", "leaf"]?.string?.utf8.count == 64)
            #expect(created["receipt", "checkpointSize"]?.int64 != nil)

            let shown = try await api.send(.get, "/rbac/roles/\(id)")
            #expect(shown["role", "name"]?.string == "Tutor")
            #expect(shown["role", "version"]?.int64 == 0)
            #expect(shown["permissions"]?.array?.count == 4)

            let changed = try await api.send(
                .patch,
                "/rbac/roles/\(id)",
                #"{"name":"Coach","parentRoleId":null,"permissionIds":["audit.events:read"],"expectedVersion":0}"#
            )
            #expect(changed.status == 200, "\(changed)")
            #expect(changed["role", "name"]?.string == "Coach")
            #expect(changed["role", "parentRoleId"] == nil)
            #expect(changed["role", "permissionIds", "0"]?.string == "audit.events:read")

            let stale = try await api.send(.patch, "/rbac/roles/\(id)", #"{"name":"X","expectedVersion":0}"#)
            #expect(stale.status == 409)
            #expect(stale.problem == "version-conflict")
            #expect(stale["currentVersion"]?.int64 == changed["role", "version"]?.int64)

            let listed = try await api.send(.get, "/rbac/roles?branchId=north")
            #expect(listed["items"]?.array?.count == 1)
            let all = try await api.send(.get, "/rbac/roles")
            #expect(all["items"]?.array?.count == 6)

            let deleted = try await api.send(.delete, "/rbac/roles/\(id)")
            #expect(deleted.status == 200, "\(deleted)")
            #expect(try await api.send(.get, "/rbac/roles/\(id)").status == 404)
            let position = try #require(changed["receipt", "position"]?.int64)
            let then = try await api.send(.get, "/rbac/roles/\(id)?asOf=\(position)")
            #expect(then["role", "name"]?.string == "Coach")
        }
    }

    @Test func usersAreRegisteredOnceByWhoMay() async throws {
        try await RouteFixture.withRoutes { api in
            let body = #"{"userId":"kim","name":"Kim","email":"kim@school.example"}"#
            #expect(try await api.send(.post, "/rbac/users", body, as: "kim").status == 403)
            let key = ["Idempotency-Key": "kim"]
            let registered = try await api.send(.post, "/rbac/users", body, headers: key)
            #expect(registered.status == 201, "\(registered)")
            #expect(try await api.send(.post, "/rbac/users", body, headers: key).status == 201)
            let again = try await api.send(.post, "/rbac/users", #"{"userId":"kim","kind":"service"}"#)
            #expect(again.status == 409 && again.problem == "duplicate-name", "\(again)")
            let kept = try await api.access.log.pool.query(
                "select kind || ' ' || email from identity.users where user_id = 'kim'"
            )
            #expect(try kept.map { try $0.decode(String.self) } == ["person kim@school.example"])
            for body in [
                #"{"userId":"system"}"#, #"{"userId":""}"#, #"{"userId":"a","kind":"robot"}"#,
                #"{"userId":"a","email":"abc"}"#, "{}",
            ] {
                let refused = try await api.send(.post, "/rbac/users", body)
                #expect((400..<500).contains(refused.status), "\(body): \(refused)")
            }
        }
    }

    @Test func permissionsAreCreatedDescribedAssignedAndRevoked() async throws {
        try await RouteFixture.withRoutes { api in
            let created = try await api.send(
                .post,
                "/rbac/permissions",
                #"{"name":"students.grades:read","description":"See grades."}"#
            )
            #expect(created.status == 201, "\(created)")
            #expect(created["permission", "resource"]?.string == "students.grades")
            let again = try await api.send(
                .post,
                "/rbac/permissions",
                #"{"resource":"students.grades","action":"read"}"#
            )
            #expect(again.status == 409)
            #expect(again.problem == "duplicate-name")

            let path = "/rbac/permissions/students.grades:read"
            let described = try await api.send(.patch, path, #"{"description":"Read all grades."}"#)
            #expect(described["permission", "description"]?.string == "Read all grades.")
            let within = try await api.send(.get, "/rbac/permissions?resource=students")
            #expect(within["items"]?.array?.count == 1)

            let grant = "/rbac/roles/teacher/permissions/students.grades:read"
            #expect(try await api.send(.post, grant).status == 201)
            #expect(try await api.send(.post, grant).status == 409)
            #expect(try await api.send(.delete, grant).status == 200)
            #expect(try await api.send(.delete, grant).status == 404)
            #expect(try await api.send(.post, "/rbac/roles/teacher/permissions/no.such:thing").status == 404)
        }
    }

    @Test func anAssignmentCountsInTheVeryNextRequestAndSoDoesItsRemoval() async throws {
        try await RouteFixture.withRoutes { api in
            #expect(try await api.send(.get, "/rbac/roles?branchId=north", as: "tom").status == 403)
            let assigned = try await api.send(
                .post,
                "/rbac/users/tom/roles/teacher",
                #"{"branchId":"north","expiresAt":"2999-01-01T00:00:00Z"}"#
            )
            #expect(assigned.status == 201, "\(assigned)")
            #expect(assigned["userRole", "branchId"]?.string == "north")
            #expect(assigned["userRole", "active"]?.bool == true)
            #expect(try await api.send(.get, "/rbac/roles?branchId=north", as: "tom").status == 200)
            let elsewhere = try await api.send(.get, "/rbac/roles?branchId=south", as: "tom")
            #expect(elsewhere.status == 403)
            #expect(elsewhere["permission"]?.string == "rbac.roles:list")
            let roles = try await api.send(.get, "/rbac/users/tom/roles")
            #expect(roles["items", "0", "roleId"]?.string == "teacher")
            #expect(roles["items", "0", "assignedBy"]?.string == FirstStart.administrator)

            #expect(try await api.send(.delete, "/rbac/users/tom/roles/teacher").status == 200)
            #expect(try await api.send(.get, "/rbac/roles?branchId=north", as: "tom").status == 403)
            let position = try #require(assigned["receipt", "position"]?.int64)
            let then = try await api.send(.get, "/rbac/users/tom/roles?asOf=\(position)")
            #expect(then["items"]?.array?.count == 1)
            // Without a body the role is assigned where it belongs.
            let plain = try await api.send(.post, "/rbac/users/tom/roles/teacher")
            #expect(plain["userRole", "branchId"]?.string == "institution")
        }
    }

    @Test func checksAreAnsweredAndRecorded() async throws {
        try await RouteFixture.withRoutes { api in
            let one = try await api.send(
                .post,
                "/rbac/check",
                #"{"userId":"\#(FirstStart.administrator)","permission":"recovery:restore"}"#
            )
            #expect(one.status == 200, "\(one)")
            #expect(one["allowed"]?.bool == true)
            let many = try await api.send(
                .post,
                "/rbac/check",
                #"""
                {"checks":[{"userId":"tom","permission":"recovery:restore","branchId":"north"},
                {"userId":"tom","permission":"no.such:thing"}]}
                """#
            )
            #expect(many["results", "0", "allowed"]?.bool == false)
            #expect(many["results", "1", "reason"]?.string == "unknown-permission")
            let log = try await api.send(.get, "/rbac/audit-logs?userId=tom")
            #expect(log.status == 200, "\(log)")
            #expect(log["items"]?.array?.count == 2)
            #expect(log["items", "0", "type"]?.string == "rbac.decisions-recorded")
            #expect(log["items", "0", "resourceId"]?.string == "no.such:thing")
            #expect(log["items", "1", "branchId"]?.string == "north")
            #expect(log["items", "1", "status"]?.string == "denied")
        }
    }

    @Test func pagesFollowOneAnotherAndTellOfOneMoment() async throws {
        try await RouteFixture.withRoutes { api in
            var names: [String] = []
            var target = "/rbac/permissions?limit=7"
            for page in 0..<20 {
                let answer = try await api.send(.get, target)
                #expect(answer.status == 200, "\(answer)")
                names += (answer["items"]?.array ?? []).compactMap { $0["name"]?.string }
                if page == 0 { _ = try await api.send(.post, "/rbac/permissions", #"{"name":"zz.late:read"}"#) }
                guard let next = answer["next"]?.string else { break }
                target = "/rbac/permissions?limit=7&cursor=\(next)"
            }
            #expect(names == BuiltInPermission.allCases.map(\.name).sorted())
        }
    }

    @Test(arguments: ["/rbac/roles", "/rbac/permissions", "/rbac/users/kim/roles", "/rbac/roles/student"])
    func whoHasTheAnswerAlreadyIsToldSoUntilSomethingIsRecorded(target: String) async throws {
        try await RouteFixture.withRoutes { api in
            _ = try await api.send(.post, "/rbac/users/kim/roles/student")
            let tag = try #require(try await api.send(.get, target).headers[.eTag])
            let again = try await api.send(.get, target, headers: ["If-None-Match": tag])
            #expect(again.status == 304 && again.text.isEmpty)
            #expect(again.headers[.eTag] == tag)
            _ = try await api.send(.post, "/rbac/users/lee/roles/student")
            #expect(try await api.send(.get, target, headers: ["If-None-Match": tag]).status == 200)
        }
    }

    @Test func anAnswerThatTheClockChangesIsGivenAgain() async throws {
        try await RouteFixture.withRoutes { api in
            _ = try await api.send(.post, "/rbac/users/kim/roles/student", #"{"expiresAt":"2999-01-01T00:00:00Z"}"#)
            let tag = try #require(try await api.send(.get, "/rbac/users/kim/roles").headers[.eTag])
            let again = try await api.send(.get, "/rbac/users/kim/roles", headers: ["If-None-Match": tag])
            #expect(again.status == 200)
        }
    }

    @Test(arguments: ["/rbac/roles", "/rbac/roles/student", "/rbac/permissions", "/rbac/users/kim/roles"])
    func aPositionThatIsNotYetIsNamedAsTheFault(target: String) async throws {
        try await RouteFixture.withRoutes { api in
            let answer = try await api.send(.get, "\(target)?asOf=99999")
            #expect(answer.status == 400)
            #expect(answer["errors", "0", "pointer"] == "/asOf")
        }
    }

    @Test func anAccessLogThatEndsBeforeItBeginsIsRefused() async throws {
        try await RouteFixture.withRoutes { api in
            let answer = try await api.send(
                .get,
                "/rbac/audit-logs?from=2026-12-01T00:00:00Z&to=2026-01-01T00:00:00Z"
            )
            #expect(answer.status == 400)
            #expect(answer["errors", "0", "pointer"] == "/to")
        }
    }

    @Test func aRepeatedRequestIsAnsweredAsTheFirstTimeAndDoesNothingAgain() async throws {
        try await RouteFixture.withRoutes { api in
            let key = ["Idempotency-Key": #""k1""#]
            let body = #"{"branchId":"north","name":"Tutor"}"#
            let first = try await api.send(.post, "/rbac/roles", body, headers: key)
            let second = try await api.send(.post, "/rbac/roles", body, headers: key)
            #expect(first.status == 201 && second.status == 201, "\(first) \(second)")
            #expect(first["role", "roleId"] == second["role", "roleId"])
            #expect(second["receipt", "isReplay"]?.bool == true)
            let other = try await api.send(.post, "/rbac/roles", #"{"name":"Other"}"#, headers: key)
            #expect(other.status == 422, "\(other)")
            #expect(other.problem == "idempotency-key-reused")
        }
    }

    @Test(
        arguments: [
            ("/rbac/roles", #"{"name":"#, 400, ""),
            ("/rbac/roles", #"{"name":7}"#, 422, "/name"),
            ("/rbac/roles", #"{"name":"x","extra":1}"#, 422, "/extra"),
            ("/rbac/roles", #"{"name":" x"}"#, 422, "/name"),
            ("/rbac/roles", #"{"name":"x","permissionIds":["no.such:thing"]}"#, 422, "/permissionIds"),
            ("/rbac/roles", #"{"name":"x","parentRoleId":"nobody"}"#, 422, "/parentRoleId"),
            ("/rbac/permissions", #"{"name":"nocolon"}"#, 422, "/name"),
            ("/rbac/permissions", #"{"description":"x"}"#, 422, "/name"),
            ("/rbac/users/tom/roles/teacher", #"{"expiresAt":"yesterday"}"#, 422, "/expiresAt"),
            ("/rbac/users/tom/roles/teacher", #"{"expiresAt":"2001-01-01T00:00:00Z"}"#, 422, "/expiresAt"),
            ("/rbac/check", #"{"userId":"tom"}"#, 422, "/permission"),
            ("/rbac/check", #"{"checks":[]}"#, 422, "/checks"),
        ]
    )
    func whatIsWrongIsNamedByItsPointer(target: String, body: String, status: Int, pointer: String) async throws {
        try await RouteFixture.withRoutes { api in
            let answer = try await api.send(.post, target, body)
            #expect(answer.status == status, "\(answer)")
            if status == 422 { #expect(answer["errors", "0", "pointer"]?.string == pointer, "\(answer)") }
        }
    }

    @Test func whatHostileTextSaysStaysText() async throws {
        try await RouteFixture.withRoutes { api in
            let name = #"x'; drop table access.roles; -- ${jndi} <script>\r\nSet-Cookie: a"#
            let escaped = name.replacing(#"\"#, with: #"\\"#)
            let created = try await api.send(.post, "/rbac/roles", #"{"name":"\#(escaped)"}"#)
            #expect(created.status == 201, "\(created)")
            #expect(created["role", "name"]?.string == name)
            let missing = try await api.send(.get, "/rbac/roles/%27%20or%201%3D1--")
            #expect(missing.status == 404)
        }
    }
}
