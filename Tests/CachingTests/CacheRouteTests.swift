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
            for _ in 0..<2 {
                #expect(try await replica.send(.get, "/institution/students/s1", token: admin).status == 404)
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
            let second = try await replica.send(.get, path, token: admin)
            #expect(second.items == first.items)
            #expect(
                replica.cache.figures("permission-answers").hits + replica.cache.figures("permission-answers").loads
                    >= 2
            )
            try await replica.grant(["institution.courses:read"], to: "somebody", in: "north")
            #expect(try await replica.send(.get, path, token: admin).items.count == 2)
            #expect(try await events("audit.history-queried", replica) == recorded + 3)
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
            // What was warmed is there.
            let loads = replica.cache.figures("students").loads
            let students = try await replica.server.cache.cacheStudentList(branchID: "north")
            #expect(students.text?.contains("Name of s1") == true)
            #expect(replica.cache.figures("students").loads == loads)
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
