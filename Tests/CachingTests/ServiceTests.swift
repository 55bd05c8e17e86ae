import Access
import EventStore
import Events
import JSON
import TestSupport
import Testing

@testable import Caching

/// The plan's methods, over a running system.
struct ServiceTests {
    private let actor = Author(id: "admin")

    private func withService(_ body: @escaping @Sendable (Replica, CacheService, String) async throws -> Void)
        async throws
    {
        try await Replica.open { replicas in
            let admin = try await replicas[0].token()
            try await replicas[0].furnish(admin)
            try await replicas[0].settle()
            try await body(replicas[0], replicas[0].server.cache, admin)
        }
    }

    @Test func strategiesKeepWhatTheServicesKnowAndLoadItAgainAfterAnEvent() async throws {
        try await withService { replica, service, admin in
            #expect(try await service.cacheStudentList(branchID: "north").text == "[]")
            #expect(try await service.cacheTeacherList(branchID: "north").text == "[]")
            #expect(try await service.cacheCourseDetails(courseID: "maths-north").text?.contains("Maths") == true)
            #expect(try await service.cacheCourseDetails(courseID: "none").text == nil)
            #expect(try await service.cacheUserPermissions(userID: "admin").text?.contains("cache:manage") == true)
            let answer = try await replica.connected(admin) { connection in
                _ = try await connection.report("teacher-created", "north", ["teacherId": "t1"])
                return try await connection.report("student-created", "north", ["studentId": "s1"])
            }
            #expect(answer.status == 201)
            try await replica.settle()
            #expect(try await service.cacheStudentList(branchID: "north").text?.contains("s1") == true)
            #expect(try await service.cacheTeacherList(branchID: "north").text?.contains("t1") == true)
            let again = try await service.cacheStudentList(branchID: "north")
            #expect(again.source == .local)
            let dashboard = try await service.cacheAnalyticsDashboard(branchID: "north")
            #expect(dashboard.text?.contains(#""branchId":"north""#) == true)
            #expect(try await service.cacheAnalyticsDashboard(branchID: "north").source == .local)
        }
    }

    @Test func whatIsInvalidatedByHandIsLoadedAgainAndTheRestIsNot() async throws {
        try await withService { _, service, _ in
            _ = try await service.cacheStudentList(branchID: "north")
            _ = try await service.cacheCourseDetails(courseID: "maths-north")
            _ = try await service.cacheCourseDetails(courseID: "maths-south")
            _ = try await service.cacheUserPermissions(userID: "admin")
            _ = try await service.cacheTeacherList(branchID: "north")
            _ = try await service.invalidateStudentCache(studentID: "s1", by: actor)
            #expect(try await service.cacheStudentList(branchID: "north").source == .loaded)
            _ = try await service.invalidateCourseCache(courseID: "maths-north", by: actor)
            #expect(try await service.cacheCourseDetails(courseID: "maths-north").source == .loaded)
            #expect(try await service.cacheCourseDetails(courseID: "maths-south").source == .local)
            _ = try await service.invalidateUserPermissionsCache(userID: "admin", by: actor)
            #expect(try await service.cacheUserPermissions(userID: "admin").source == .loaded)
            #expect(try await service.cacheTeacherList(branchID: "north").source == .local)
            _ = try await service.invalidateTeacherCache(teacherID: "t1", by: actor)
            #expect(try await service.cacheTeacherList(branchID: "north").source == .loaded)
            _ = try await service.cacheAnalyticsDashboard(branchID: "north")
            _ = try await service.invalidateAnalyticsCache(branchID: "north", by: actor)
            #expect(try await service.cacheAnalyticsDashboard(branchID: "north").source == .loaded)
        }
    }

    @Test func resultsOfQueriesAreKeptByNameAndParameters() async throws {
        try await withService { replica, service, admin in
            let runs = Counter()
            let run: @Sendable (Int64) async throws -> LoadedValue = { _ in
                LoadedValue([UInt8(runs.add())], size: service.cache.horizon.size)
            }
            let params: JSONObject = ["month": "2026-01", "branch": "ä"]
            let turned: JSONObject = ["branch": "ä", "month": "2026-01"]
            #expect(try await service.cacheQueryResult("fees-by-month", params: params, run: run).value.bytes == [1])
            #expect(try await service.getCachedQuery("fees-by-month", params: turned) == [1])
            #expect(try await service.getCachedQuery("fees-by-month") == nil)
            _ = try await service.cacheQueryResult("students-by-grade", run: run)
            _ = try await service.invalidateQueryCache("fees-*", by: actor)
            #expect(try await service.getCachedQuery("fees-by-month", params: params) == nil)
            #expect(try await service.getCachedQuery("students-by-grade") == [2])
            await #expect(throws: CacheError.self) { try await service.invalidateQueryCache("", by: actor) }
            // Without tags a result depends on whatever happens at the institution.
            let answer = try await replica.connected(admin) {
                try await $0.report("student-created", "north", ["studentId": "s1"])
            }
            #expect(answer.status == 201)
            try await replica.settle()
            #expect(try await service.getCachedQuery("students-by-grade") == nil)
        }
    }

    @Test func figuresFollowWhatWasAsked() async throws {
        try await withService { _, service, _ in
            _ = try await service.flush(by: actor)
            let (hits, misses) = (service.getCacheHitRate("values"), service.getCacheMissRate("values"))
            #expect(hits == 0 && misses == 0)
            try await service.set("a", Array(repeating: 1, count: 1_000))
            for _ in 0..<3 { _ = try await service.get("a") }
            _ = try await service.get("b")
            #expect(service.getCacheHitRate("values") == 0.75 && service.getCacheMissRate("values") == 0.25)
            #expect(service.getCacheSize() >= 1)
            #expect(service.getMemoryUsage().bytes > 1_000)
            #expect(service.getMemoryUsage().capacity == 67_108_864)
            #expect(!service.getTopCachedKeys(limit: 5).isEmpty)
        }
    }
}
