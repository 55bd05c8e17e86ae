import App
import AsyncHTTPClient
import DemoData
import EventStore
import Events
import Foundation
import HTTPAPI
import Institution
import JSON
import NIOCore
import Time

extension CacheBench {
    /// What clients see, of a demo of a few hundred people: lists kept, 304, and the mix of an office's day.
    static func overHTTP(_ options: BenchOptions, _ directory: URL, _ report: inout BenchReport) async throws {
        let rows = try await BenchSystem.withSystem(
            directory.appendingPathComponent("http"),
            settings: ["DAYBOOK_REQUEST_SAMPLING_PERCENT": "0", "DAYBOOK_RATE_LIMITS": "off"]
        ) { system, token in
            var rows = BenchReport()
            guard let calendar = DemoCalendar(before: .now()) else { return rows }
            let plan = DemoPlan(seed: 1, users: min(options.demoUsers, 400), calendar: calendar)
            try await DemoRun(plan: plan, calendar: calendar, system: system).carryOut { _ in }
            let size = try await system.store.head().size
            for name in Set(Resource.all.map(\.readModel)) {
                try await system.projections.wait(for: name, toHold: size, deadline: .seconds(120))
            }
            let server = try DaybookServer(system, further: [hello])
            let port = Gate<Int>()
            let serving = Task { try await server.run { await port.open($0) } }
            let base = "http://127.0.0.1:\(await port.value)"
            _ = await server.cache.cache.horizon.reach(size, within: .seconds(30))
            try await loads(options, base, token, &rows)
            try await mix(system, server, plan.branches, base, token, &rows)
            serving.cancel()
            _ = await serving.result
            return rows
        }
        report.add(rows)
    }

    /// A route that does nothing, behind the same sign-in, permission and accounting.
    private static var hello: Endpoint {
        Endpoint(
            .get,
            "/bench/hello",
            "Say hello",
            tag: "bench",
            access: .permission("institution.students:read", in: .decidedByHandler),
            outputs: .text("hello")
        ) { context in
            try await context.require("institution.students:read", in: .anywhere)
            return .text("hello")
        }
    }

    private static func loads(
        _ options: BenchOptions,
        _ base: String,
        _ token: String,
        _ report: inout BenchReport
    ) async throws {
        for (name, path) in [("20", "?limit=20"), ("100", "")] {
            let url = base + "/institution/students" + path
            let (status, bytes, tag) = try await fetch(url, token)
            guard status == 200, let tag else { throw BenchOptions.Mistake(description: "\(url): \(status)") }
            let load = try await HTTPBench.wrk(url, seconds: options.seconds, token: token, delay: nil)
            guard load.errors == 0 else { throw BenchOptions.Mistake(description: "\(load.errors) errors at \(url)") }
            let hello = try await helloLoad(options, base, token)
            report.add("GET of a kept list of \(name), \(bytes) bytes", load.perSecond, "requests/s", beside: hello)
            if name == "100" {
                let same = try await HTTPBench.wrk(
                    url,
                    seconds: options.seconds,
                    token: token,
                    headers: ["If-None-Match": tag]
                )
                let hello = try await helloLoad(options, base, token)
                report.add("the same answered with 304", same.perSecond, "requests/s", beside: hello)
            }
        }
    }

    /// Measured right after what it is compared with: a machine that others use, too, is not as fast at all times.
    private static func helloLoad(
        _ options: BenchOptions,
        _ base: String,
        _ token: String
    ) async throws -> BenchReport.Figure {
        let hello = try await HTTPBench.wrk(base + "/bench/hello", seconds: options.seconds, token: token, delay: nil)
        return BenchReport.Figure(name: "hello behind the same middleware", value: hello.perSecond, unit: "requests/s")
    }

    private static func fetch(_ url: String, _ token: String) async throws -> (Int, Int, String?) {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 16_777_216)
        return (Int(response.status.code), body.readableBytes, response.headers.first(name: "ETag"))
    }

    // MARK: An office's day

    private static let reads = 20_000
    private static let readsForEachWrite = 40

    /// Forty reads for each fact that is reported: lists of a branch, single people by Zipf's law, what somebody may do;
    /// mostly attendance is reported, now and then a grade or a change of a student.
    private static func mix(
        _ system: DaybookSystem,
        _ server: DaybookServer,
        _ branches: [String],
        _ base: String,
        _ token: String,
        _ report: inout BenchReport
    ) async throws {
        let students = try await rows("students", ["studentId", "branchId"], system)
        let courses = try await rows("courses", ["courseId", "branchId"], system)
        guard !students.isEmpty, !courses.isEmpty else { return }
        let zipf = ZipfLaw(count: students.count, exponent: 0.99)
        let before = server.cache.cache.figures()
        var generator = SystemRandomNumberGenerator()
        var written = 0
        let seconds = try await Stopwatch.time {
            for round in 0..<(reads / readsForEachWrite) {
                let paths = (0..<readsForEachWrite).map { _ in
                    path(students, courses, branches, zipf, &generator)
                }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (index, path) in paths.enumerated() {
                        if index >= 8 { try await group.next() }
                        group.addTask { _ = try await fetch(base + path, token) }
                    }
                    try await group.waitForAll()
                }
                let fact = fact(round, students[zipf.draw(&generator)], courses)
                let sender = FactSender(actor: "bench") { _, _ in true }
                if case .recorded? = try await system.institution.record([fact], by: sender).first { written += 1 }
            }
        }
        let after = server.cache.cache.figures()
        let hits = after.hits + after.sharedHits - before.hits - before.sharedHits
        let misses = after.missCount - before.missCount
        report.add(
            "hit rate of the demo's read mix, \(reads) reads, \(written) facts",
            Double(hits) / Double(max(hits + misses, 1)) * 100,
            "%",
            beside: .init(name: "reads a second, 8 at a time", value: Double(reads) / seconds, unit: "requests/s")
        )
    }

    private static func path(
        _ students: [[String]],
        _ courses: [[String]],
        _ branches: [String],
        _ zipf: ZipfLaw,
        _ generator: inout some RandomNumberGenerator
    ) -> String {
        let branch = branches[Int.random(in: 0..<branches.count, using: &generator)]
        let student = students[zipf.draw(&generator)]
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<15: return "/institution/students?branchId=\(branch)"
        case 15..<24: return "/institution/teachers?branchId=\(branch)"
        case 24..<34: return "/institution/courses?branchId=\(branch)"
        case 34..<44: return "/institution/classes?branchId=\(branch)"
        case 44..<50: return "/institution/schedule-changes?branchId=\(branch)"
        case 50..<56: return "/institution/assignments?branchId=\(branch)"
        case 56..<64: return "/institution/attendance?branchId=\(branch)"
        case 64..<70: return "/institution/grades?studentId=\(student[0])&branchId=\(student[1])"
        case 70..<90: return "/institution/students/\(student[0])"
        case 90..<96: return "/institution/courses/\(courses[Int.random(in: 0..<courses.count, using: &generator)][0])"
        default: return "/rbac/users/admin/permissions"
        }
    }

    private static func fact(_ round: Int, _ student: [String], _ courses: [[String]]) -> ReceivedFact {
        let course = courses.first { $0[1] == student[1] }?[0] ?? courses[0][0]
        var data: JSONObject = ["studentId": .string(student[0]), "branchId": .string(student[1])]
        let type: String
        switch round % 10 {
        case 8:
            type = "institution.grade-recorded"
            data["gradeId"] = .string("bench-grade-\(round)")
            data["courseId"] = .string(course)
            data["kind"] = "term"
            data["score"] = 700
            data["maximumScore"] = 1_000
        case 9:
            type = "institution.student-updated"
            data["gradeLevel"] = .string("\(round % 12)")
        default:
            type = "institution.attendance-marked"
            data["courseId"] = .string(course)
            data["date"] = "2026-01-12"
            data["period"] = .number(JSONNumber(Int64(round % 9 + 1)))
            data["status"] = "present"
        }
        return ReceivedFact(source: "bench", id: "mix-\(round)", type: type, data: .object(data))
    }

    private static func rows(_ name: String, _ columns: [String], _ system: DaybookSystem) async throws -> [[String]] {
        guard let resource = Resource.named(name) else { return [] }
        var query = ResourceQuery()
        query.limit = 5_000
        query.fields = columns.compactMap(resource.column)
        if let status = resource.column("status") {
            query.filters = [.init(status, .equal, .text(name == "students" ? "active" : "open"))]
        }
        let page = try await system.institution.list(
            resource,
            query,
            sight: ResourceSight(branches: nil, personal: nil)
        )
        return page.rows.map { row in row.map { if case .text(let text) = $0 { text } else { "" } } }
    }
}
