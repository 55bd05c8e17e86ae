import Access
import Events
import HTTPAPI
import HTTPTypes
import JSON
import TestSupport
import Testing

@testable import Caching

/// The cache as clients see it.
struct CacheRouteTests {
    private static let readStudents = ["institution.students:read"]

    private func withSchool(
        _ body: @escaping @Sendable (Replica, _ admin: String) async throws -> Void
    ) async throws {
        try await Replica.open { replicas in
            let admin = try await replicas[0].token()
            try await replicas[0].furnish(admin)
            try await replicas[0].settle()
            try await body(replicas[0], admin)
        }
    }

    private func admit(_ student: String, _ branch: String, _ replica: Replica, _ token: String) async throws -> Answer
    {
        let answer = try await replica.connected(token) {
            try await $0.report(
                "student-created",
                branch,
                ["studentId": .string(student), "name": .string("Name of \(student)")]
            )
        }
        #expect(answer.status == 201, "\(answer)")
        try await replica.settle()
        return answer
    }

    private func events(_ type: String, _ replica: Replica) async throws -> Int {
        let head = try await replica.system.store.head().size
        return try await replica.system.store.reader.events(from: 0, below: head, types: [EventType(rawValue: type)])
            .count
    }

    @Test func aListIsAnsweredFromTheCacheUntilAnEventTouchesIt() async throws {
        try await withSchool { replica, admin in
            _ = try await admit("s1", "north", replica, admin)
            let path = "/institution/students?branchId=north"
            let first = try await replica.send(.get, path, token: admin)
            let hits = replica.cache.figures("institution").hits
            let second = try await replica.send(.get, path, token: admin)
            #expect(second.text == first.text && second.etag == first.etag)
            #expect(second["Cache-Control"] == "private, no-cache")
            #expect(replica.cache.figures("institution").hits == hits + 1)
            // What happens elsewhere leaves the tag as it is, though the answer is known to hold further on.
            _ = try await replica.connected(admin) {
                try await $0.report("course-updated", "south", ["courseId": "maths-south", "title": "Sums"])
            }
            try await replica.settle()
            let third = try await replica.send(.get, path, headers: ["If-None-Match": first.etag ?? ""], token: admin)
            #expect(third.status == 304 && third.etag == first.etag)
            #expect(try #require(third.position) > (try #require(first.position)))
            _ = try await admit("s2", "north", replica, admin)
            let fourth = try await replica.send(.get, path, headers: ["If-None-Match": first.etag ?? ""], token: admin)
            #expect(fourth.status == 200 && fourth.items.count == 2)
            #expect(fourth.etag != first.etag)
        }
    }

    @Test func readersOfDifferentBranchesNeverShareAnAnswer() async throws {
        try await withSchool { replica, admin in
            _ = try await admit("n1", "north", replica, admin)
            _ = try await admit("s1", "south", replica, admin)
            var tokens: [String: String] = [:]
            for branch in ["north", "south"] {
                tokens[branch] = try await replica.token(of: "reader-\(branch)")
                try await replica.grant(Self.readStudents, to: "reader-\(branch)", in: branch)
            }
            for _ in 0..<2 {
                for (branch, student) in [("north", "n1"), ("south", "s1")] {
                    let answer = try await replica.send(.get, "/institution/students", token: tokens[branch])
                    #expect(answer.items.map { $0["studentId"]?.string } == [student])
                    // Neither has the right to personal text.
                    #expect(answer.items.first?["name"] == nil)
                    let other = branch == "north" ? "s1" : "n1"
                    let single = try await replica.send(.get, "/institution/students/\(other)", token: tokens[branch])
                    #expect(single.status == 404)
                }
            }
            let all = try await replica.send(.get, "/institution/students", token: admin)
            #expect(all.items.count == 2 && all.items.first?["name"] != nil)
            // A tag of one reach is not good for another.
            let north = try await replica.send(.get, "/institution/students", token: tokens["north"])
            let asSouth = try await replica.send(
                .get,
                "/institution/students",
                headers: ["If-None-Match": north.etag ?? ""],
                token: tokens["south"]
            )
            #expect(asSouth.status == 200)
            // Whoever loses the permission hears nothing, whatever is kept.
            _ = try await replica.system.access.removeRoleFromUser(
                RemoveRole(
                    userID: "reader-north",
                    roleID: try #require(
                        try await replica.system.access.getUserRoles("reader-north").value.first?.roleID
                    ),
                    branch: "north"
                ),
                Replica.admin
            )
            #expect(try await replica.send(.get, "/institution/students", token: tokens["north"]).status == 403)
        }
    }

    @Test func thatThereIsNothingIsKeptUntilThereIs() async throws {
        try await withSchool { replica, admin in
            let head = try await replica.system.store.head().size - 1
            for _ in 0..<2 {
                let missing = try await replica.send(
                    .get,
                    "/institution/students/s1",
                    headers: ["X-Min-Position": String(head)],
                    token: admin
                )
                #expect(missing.status == 404)
                // It names its position like any answer, but has no tag by which it could be kept.
                let position = try #require(missing.position)
                #expect(position >= head)
                #expect(missing.etag == nil)
            }
            #expect(replica.cache.figures("institution").negativeHits >= 1)
            _ = try await admit("s1", "north", replica, admin)
            #expect(try await replica.send(.get, "/institution/students/s1", token: admin).status == 200)
        }
    }

    @Test func thePastIsKeptUntilAnErasure() async throws {
        try await withSchool { replica, admin in
            let position = try #require(try await admit("s1", "north", replica, admin).position)
            let path = "/institution/students/s1?asOf=\(position)"
            let first = try await replica.send(.get, path, token: admin)
            #expect(first.json?["name"]?.string == "Name of s1" && first.position == position)
            _ = try await admit("s2", "north", replica, admin)
            let hits = replica.cache.figures("institution").hits
            let again = try await replica.send(.get, path, token: admin)
            #expect(again.text == first.text && again.position == position)
            #expect(replica.cache.figures("institution").hits == hits + 1)
            _ = try await replica.system.store.erasePersonal(of: "s1", reason: "asked for", actor: "admin")
            try await replica.settle()
            let erased = try await replica.send(.get, path, token: admin)
            #expect(erased.status == 200 && erased.json?["name"] == nil)
            // Whoever still has the text is told that it is not so any more.
            let tag = ["If-None-Match": first.etag ?? ""]
            let asked = try await replica.send(.get, path, headers: tag, token: admin)
            #expect(asked.status == 200 && asked.json?["name"] == nil && asked.position == position)
            #expect(asked.etag == erased.etag && asked.etag != first.etag)
            let known = ["If-None-Match": erased.etag ?? ""]
            #expect(try await replica.send(.get, path, headers: known, token: admin).status == 304)
        }
    }

    @Test func whatAUserMayDoIsKeptButAskedAndRecordedEachTime() async throws {
        try await withSchool { replica, admin in
            _ = try await replica.token(of: "somebody")
            try await replica.grant(Self.readStudents, to: "somebody", in: "north")
            let path = "/rbac/users/somebody/permissions?branchId=north"
            let recorded = try await events("audit.history-queried", replica)
            let first = try await replica.send(.get, path, token: admin)
            #expect(first.items.count == 1)
            // The search was recorded; that touches no permission.
            #expect(await replica.cache.horizon.reach(replica.cache.horizon.seen, within: .seconds(180)))
            let before = replica.cache.figures("permission-answers")
            var served = 0
            for _ in 0..<5 {
                let again = try await replica.send(.get, path, token: admin)
                #expect(again.items == first.items)
                served += 1
                #expect(await replica.cache.horizon.reach(replica.cache.horizon.seen, within: .seconds(180)))
            }
            let after = replica.cache.figures("permission-answers")
            // What was looked up while the log was followed so far came from the cache.
            #expect(after.hits - before.hits >= 1, "\(after)")
            #expect(after.hits - before.hits + after.missCount - before.missCount == served)
            try await replica.grant(["institution.courses:read"], to: "somebody", in: "north")
            #expect(try await replica.send(.get, path, token: admin).items.count == 2)
            #expect(try await events("audit.history-queried", replica) == recorded + 7)
            let somebody = try await replica.token(of: "nobody")
            #expect(try await replica.send(.get, path, token: somebody).status == 403)
        }
    }

    @Test func clearingAndDeletingAreEventsThatTakeAPermission() async throws {
        try await withSchool { replica, admin in
            let reader = try await replica.token(of: "reader")
            try await replica.grant(["cache:read"], to: "reader", in: "institution")
            let service = replica.server.cache
            try await service.set("timetable", [1, 2, 3])
            try await service.set("timetable-2", [4])
            #expect(try await service.get("timetable") == [1, 2, 3])

            for (method, path): (HTTPRequest.Method, String) in [
                (.post, "/cache/clear"), (.post, "/cache/warm"), (.delete, "/cache/key/timetable"),
            ] {
                #expect(try await replica.send(method, path, token: reader).status == 403)
                #expect(try await replica.send(method, path, token: nil).status == 401)
            }
            #expect(try await events("cache.cleared", replica) == 0)
            #expect(try await service.get("timetable") == [1, 2, 3])

            let deleted = try await replica.send(.delete, "/cache/key/timetable", token: admin)
            #expect(deleted.status == 200 && deleted.json?["receipt"] != nil)
            #expect(try await service.get("timetable") == nil)
            #expect(try await service.get("timetable-2") == [4])
            #expect(try await events("cache.key-deleted", replica) == 1)
            // It can be put again.
            try await service.set("timetable", [5])
            #expect(try await service.exists("timetable"))

            let pattern = #"{"namespace":"values","pattern":"time*-2"}"#
            #expect(try await replica.send(.post, "/cache/clear", pattern, token: admin).status == 200)
            #expect(try await service.get("timetable-2") == nil)
            #expect(try await service.get("timetable") == [5])
            #expect(try await replica.send(.post, "/cache/clear", token: admin).status == 200)
            #expect(try await service.get("timetable") == nil)
            #expect(try await events("cache.cleared", replica) == 2)
        }
    }

    @Test func badInputIsRefusedByPointerAndNothingIsStored() async throws {
        try await withSchool { replica, admin in
            let long = String(repeating: "k", count: 1_025)
            let bad: [(String, String?, Int, String)] = [
                ("POST /cache/clear", #"{"namespace":"nothing"}"#, 422, "/namespace"),
                ("POST /cache/clear", #"{"pattern":"a*"}"#, 422, "/pattern"),
                ("POST /cache/clear", #"{"namespace":"values","pattern":"ä*"}"#, 422, "/pattern"),
                ("POST /cache/clear", #"{"namespace":"values","pattern":"*********"}"#, 422, "/pattern"),
                ("POST /cache/clear", #"{"unknown":1}"#, 422, "/unknown"),
                ("POST /cache/warm", #"{"namespaces":["nothing"]}"#, 422, "/namespaces"),
                ("POST /cache/warm", #"{"namespaces":["values"]}"#, 422, "/namespaces"),
                // Nobody knows beforehand which of them will be asked for.
                ("POST /cache/warm", #"{"namespaces":["courses"]}"#, 422, "/namespaces"),
                ("POST /cache/warm", #"{"namespaces":["students","permissions"]}"#, 422, "/namespaces"),
                ("DELETE /cache/key/\(long)", nil, 400, "/key"),
                ("DELETE /cache/key/%C3%A4", nil, 400, "/key"),
                ("DELETE /cache/key/a?namespace=nothing", nil, 400, "/namespace"),
            ]
            for (request, body, status, pointer) in bad {
                let parts = request.split(separator: " ").map(String.init)
                let method: HTTPRequest.Method = parts[0] == "POST" ? .post : .delete
                let answer = try await replica.send(method, parts[1], body, token: admin)
                #expect(
                    answer.status == status && answer.pointers.contains(pointer),
                    "\(request.prefix(60)): \(answer)"
                )
            }
            for type in ["cache.cleared", "cache.key-deleted", "cache.warmed"] {
                #expect(try await events(type, replica) == 0)
            }
            let unknown = try await replica.send(.post, "/cache/warm", #"{"namespaces":["courses"]}"#, token: admin)
            #expect(unknown.text.contains("analytics, students, teachers can"), "\(unknown)")
            let service = replica.server.cache
            await #expect(throws: CacheError.self) { try await service.set(long, [1]) }
            await #expect(throws: CacheError.self) {
                try await service.set("a", [UInt8](repeating: 0, count: 300_000))
            }
            #expect(try await service.get("a") == nil)
        }
    }

    @Test func warmingShowsHowFarItIsAndIsRecorded() async throws {
        try await withSchool { replica, admin in
            _ = try await admit("s1", "north", replica, admin)
            let begun = try await replica.send(.post, "/cache/warm", #"{"namespaces":["students"]}"#, token: admin)
            #expect(begun.status == 202)
            while try await events("cache.warmed", replica) == 0 { try await Task.sleep(for: .milliseconds(5)) }
            let status = try await replica.send(.get, "/cache/status", token: admin)
            let warming = status.json?["warming"]?.array?.first { $0["namespace"]?.string == "students" }
            #expect(warming?["isDone"] == .bool(true) && warming?["loaded"]?.text == "2")
            // What clients ask for first is there: for those who see everything, and for those who see the branch alone.
            let northern = try await replica.token(of: "northerner")
            try await replica.grant(Self.readStudents, to: "northerner", in: "north")
            try await replica.settle()
            let before = replica.cache.figures("institution")
            let first = try await replica.send(.get, "/institution/students?branchId=north", token: admin)
            #expect(first.items.first?["name"]?.string == "Name of s1")
            let other = try await replica.send(.get, "/institution/students?branchId=north", token: northern)
            #expect(other.items.count == 1 && other.items.first?["name"] == nil)
            let after = replica.cache.figures("institution")
            #expect(after.loads == before.loads && after.hits == before.hits + 2)
        }
    }

    @Test func whatIsWarmedOfBranchesIsWhatTheDashboardAnswersWith() async throws {
        try await withSchool { replica, admin in
            _ = try await admit("s1", "north", replica, admin)
            _ = try await replica.send(.post, "/cache/warm", #"{"namespaces":["analytics"]}"#, token: admin)
            while try await events("cache.warmed", replica) == 0 { try await Task.sleep(for: .milliseconds(5)) }
            try await replica.settle()
            let before = replica.cache.figures("analytics")
            let path = "/analytics/dashboard?branchId=north"
            let first = try await replica.send(.get, path, token: admin)
            #expect(first.status == 200 && first.json?["branchId"]?.string == "north")
            let unchanged = try await replica.send(
                .get,
                path,
                headers: ["If-None-Match": first.etag ?? ""],
                token: admin
            )
            #expect(unchanged.status == 304 && unchanged.etag == first.etag)
            let after = replica.cache.figures("analytics")
            #expect(after.loads == before.loads && after.hits == before.hits + 2, "\(after)")
            // What happens in the other branch leaves it as it is; what happens in its own does not.
            _ = try await replica.connected(admin) {
                try await $0.report("course-updated", "south", ["courseId": "maths-south", "title": "Sums"])
            }
            try await replica.settle()
            let tag = ["If-None-Match": first.etag ?? ""]
            let still = try await replica.send(.get, path, headers: tag, token: admin)
            #expect(still.status == 304)
            #expect(try #require(still.position) > (try #require(first.position)))
            _ = try await admit("s3", "north", replica, admin)
            #expect(try await replica.send(.get, path, headers: tag, token: admin).status == 200)
        }
    }

    @Test func aRebuiltReadModelIsReadAnewInEveryReplicaThoughNothingHappened() async throws {
        try await Replica.open(2) { replicas in
            let admin = try await replicas[0].token()
            try await replicas[0].furnish(admin)
            _ = try await admit("s1", "north", replicas[0], admin)
            let path = "/institution/students/s1"
            let version = try replicas[0].system.projections.definition("people").manifest.version
            // Whatever went wrong with the tables: the log says otherwise.
            try await replicas[0].system.pool.execute(
                "update \(identifier: "people_v\(version)").students set name = 'Somebody else'"
            )
            var tags: [String] = []
            for replica in replicas {
                try await replica.settle()
                let wrong = try await replica.send(.get, path, token: admin)
                #expect(wrong.json?["name"]?.string == "Somebody else")
                tags.append(try #require(wrong.etag))
            }
            let size = try await replicas[0].system.store.head().size
            try await replicas[0].system.projections.rebuild("people")
            let right = try await replicas[0].send(.get, path, headers: ["If-None-Match": tags[0]], token: admin)
            #expect(right.status == 200 && right.json?["name"]?.string == "Name of s1")
            var other = right
            _ = try await eventually(every: .milliseconds(20)) {
                other = try await replicas[1].send(.get, path, headers: ["If-None-Match": tags[1]], token: admin)
                return other.status != 304
            }
            #expect(other.status == 200 && other.json?["name"]?.string == "Name of s1")
            // The log was idle.
            #expect(try await replicas[0].system.store.head().size == size)
        }
    }

    @Test func aTagIsOfItsReadersRolesNotOfThePositionAlone() async throws {
        try await withSchool { replica, admin in
            var tokens: [String] = []
            for branch in ["north", "south"] {
                tokens.append(try await replica.token(of: "lister-\(branch)"))
                try await replica.grant(["rbac.roles:list"], to: "lister-\(branch)", in: branch)
            }
            var isDone = false
            while !isDone {
                let north = try await replica.send(.get, "/rbac/roles", token: tokens[0])
                let tag = ["If-None-Match": try #require(north.etag)]
                let again = try await replica.send(.get, "/rbac/roles", headers: tag, token: tokens[0])
                let south = try await replica.send(.get, "/rbac/roles", headers: tag, token: tokens[1])
                #expect(south.status == 200)
                #expect(north["Vary"]?.contains("Daybook-Session") == true)
                // What the server records of itself may come between.
                guard north.position == south.position else { continue }
                isDone = true
                #expect(again.status == 304 && south.text != north.text)
            }
        }
    }

    @Test func anEventOfTheLogIsNotToBeKept() async throws {
        try await withSchool { replica, admin in
            let answer = try await replica.send(.get, "/log/events/0", token: admin)
            #expect(answer.status == 200 && answer["Cache-Control"] == "no-store")
        }
    }

    @Test func whatWasSearchedForIsShownToThoseWhoMayReadPersonalTextUntilAnErasure() async throws {
        try await withSchool { replica, admin in
            _ = try await admit("s1", "north", replica, admin)
            let watcher = try await replica.token(of: "watcher")
            try await replica.grant(["cache:read"], to: "watcher", in: "institution")
            try await replica.settle()
            let path = "/institution/students?name=Name%20of%20s1"
            for _ in 0..<40 { _ = try await replica.send(.get, path, token: admin) }
            let seen = try await replica.send(.get, "/cache/metrics", token: admin)
            #expect(seen.json?["topKeys"]?.array?.contains { $0["key"]?.string?.contains("Name%20of") == true } == true)
            let coded = try await replica.send(.get, "/cache/metrics", token: watcher)
            #expect(coded.status == 200 && !coded.text.contains("Name%20of"))
            #expect(coded.text.contains("/institution/students#") || coded.text.contains("\\/institution\\/students#"))
            _ = try await replica.system.store.erasePersonal(of: "s1", reason: "asked for", actor: "admin")
            try await replica.settle()
            let after = try await replica.send(.get, "/cache/metrics", token: admin)
            #expect(!after.text.contains("Name%20of"))
        }
    }

    @Test func figuresAreToldByNamespaceAndNoKeyIsALabel() async throws {
        try await withSchool { replica, admin in
            for _ in 0..<40 { _ = try await replica.send(.get, "/institution/courses", token: admin) }
            let metrics = try await replica.send(.get, "/cache/metrics", token: admin)
            let namespace = metrics.json?["namespaces"]?.array?.first { $0["namespace"]?.string == "institution" }
            #expect((namespace?["hits"]?.text).flatMap { Int($0) } ?? 0 >= 30)
            #expect(metrics.json?["topKeys"]?.array?.first?["key"]?.string?.contains("/institution/courses") == true)
            let performance = try await replica.send(.get, "/cache/performance", token: admin)
            #expect(performance.text.contains("meanLoadSeconds"))
            replica.cache.tell()
            let prometheus = try await replica.send(.get, "/metrics", token: admin)
            #expect(
                prometheus.text.contains(#"daybook_cache_hits_total{level="local",namespace="institution"}"#)
                    || prometheus.text.contains(#"daybook_cache_hits_total{namespace="institution",level="local"}"#)
            )
            #expect(!prometheus.text.contains("/institution/courses?") && !prometheus.text.contains("key="))
            let status = try await replica.send(.get, "/cache/status", token: admin)
            #expect(status.json?["redis"]?["state"]?.string == "none")
        }
    }
}
