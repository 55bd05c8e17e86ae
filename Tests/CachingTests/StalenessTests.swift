import Access
import EventStore
import Events
import HTTPAPI
import Institution
import JSON
import Recovery
import Synchronization
import TestSupport
import Testing

@testable import Caching

/// Random commands and reads side by side, in two replicas: no answer is ever older than it says, nor than was demanded.
struct StalenessTests {
    /// What is asked, and by which path the same is read without the cache.
    private struct Question: Sendable {
        var target: String
        var resource: String
        var branch: String?
        var id: String?

        static let all: [Question] =
            ["north", "south"].flatMap { (branch: String) in
                [
                    Question(target: "students?branchId=\(branch)&limit=1000", resource: "students", branch: branch),
                    Question(target: "courses?branchId=\(branch)&limit=1000", resource: "courses", branch: branch),
                    Question(target: "courses/maths-\(branch)", resource: "courses", id: "maths-\(branch)"),
                ]
            } + [
                Question(target: "students?limit=1000", resource: "students"),
                Question(target: "attendance?limit=1000", resource: "attendance"),
                Question(target: "students/north-1", resource: "students", id: "north-1"),
            ]
    }

    /// What has happened in the history so far.
    private final class History: Sendable {
        private let acknowledged = Atomic<Int64>(0)
        let reads = Atomic<Int>(0)
        let unchanged = Atomic<Int>(0)
        let isOver = Atomic<Bool>(false)
        /// Where the last erasure stands.
        let erased = Atomic<Int64>(-1)

        var position: Int64 { acknowledged.load(ordering: .acquiring) }

        func acknowledge(_ position: Int64) {
            acknowledged.max(position, ordering: .acquiringAndReleasing)
        }
    }

    /// The answer as the log makes it, read past the cache as of a position.
    private func direct(
        _ question: Question,
        _ sight: ResourceSight,
        _ replica: Replica,
        at position: Int64
    ) async throws -> String {
        let resource = try #require(Resource.named(question.resource))
        let institution = replica.system.institution
        let columns = Columns(resource)
        var writer = JSONWriter(reservingCapacity: 4_096)
        if let id = question.id {
            let page = try await institution.get(resource, id, at: .position(position), sight: sight)
            guard let row = page.rows.first else { return "" }
            columns.write(row, to: &writer)
        } else {
            var query = ResourceQuery()
            query.limit = 1_000
            if let branch = question.branch, let column = resource.column("branchId") {
                query.filters = [.init(column, .equal, .text(branch))]
            }
            let page = try await institution.list(resource, query, at: .position(position), sight: sight)
            writer.object { writer in
                writer.member("items", array: { writer in for row in page.rows { columns.write(row, to: &writer) } })
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func write(_ replicas: [Replica], _ token: String, _ history: History, seed: UInt64, rounds: Int)
        async throws
    {
        var generator = SplitMix(seed: seed)
        for round in 0..<rounds {
            let branch = Bool.random(using: &generator) ? "north" : "south"
            let number = Int.random(in: 1...4, using: &generator)
            let student = "\(branch)-\(number)"
            let replica = replicas[Int.random(in: 0..<replicas.count, using: &generator)]
            let kind = Int.random(in: 0..<6, using: &generator)
            let answer = try await replica.connected(token) { connection in
                switch kind {
                case 0:
                    try await connection.report(
                        "student-created",
                        branch,
                        ["studentId": .string(student), "name": .string("Name of \(student)")]
                    )
                case 1:
                    try await connection.report(
                        "student-updated",
                        branch,
                        ["studentId": .string(student), "gradeLevel": .string("\(seed)-\(round)")]
                    )
                case 2:
                    try await connection.report(
                        "student-transferred",
                        branch == "north" ? "south" : "north",
                        ["studentId": .string(student), "fromBranchId": .string(branch)]
                    )
                case 3: try await connection.report("student-left", branch, ["studentId": .string(student)])
                case 4:
                    try await connection.report(
                        "course-updated",
                        branch,
                        ["courseId": .string("maths-\(branch)"), "title": .string("Maths \(seed)-\(round)")]
                    )
                default:
                    try await connection.report(
                        "attendance-marked",
                        branch,
                        [
                            "studentId": .string(student), "courseId": .string("maths-\(branch)"),
                            "date": "2026-01-12", "status": .string(round % 2 == 0 ? "present" : "late"),
                        ]
                    )
                }
            }
            // Many do not fit what there is, and are refused.
            if answer.status == 201, let position = answer.position { history.acknowledge(position) }
        }
    }

    private func read(
        _ replica: Replica,
        _ token: String,
        _ sight: ResourceSight,
        _ history: History,
        seed: UInt64
    ) async throws {
        try await replica.connected(token) { connection in
            var generator = SplitMix(seed: seed)
            var kept: [String: (tag: String, text: String)] = [:]
            var told: Int64 = -1
            repeat {
                let question = Question.all[Int.random(in: 0..<Question.all.count, using: &generator)]
                let demanded = Int.random(in: 0..<3, using: &generator) > 0 ? history.position : nil
                var headers: [String: String] = [:]
                if let demanded { headers["X-Min-Position"] = String(demanded) }
                let known = kept[question.target]
                if let known, Bool.random(using: &generator) { headers["If-None-Match"] = known.tag }
                let answer = try await connection.send(.get, "/institution/\(question.target)", headers: headers)
                history.reads.add(1, ordering: .relaxed)
                guard answer.status != 503 else { continue }
                if answer.status == 403 {
                    #expect(sight.branches != nil && question.branch == "south")
                    continue
                }
                #expect([200, 304, 404].contains(answer.status), "\(answer)")
                let position = try #require(answer.position)
                if let demanded { #expect(position >= demanded, "older than was demanded") }
                #expect(position >= told, "\(question.target): older than what this server told before")
                told = max(told, position)
                if answer.status == 404 {
                    let text = try await direct(question, sight, replica, at: position)
                    #expect(text.isEmpty, "\(question.target) is there at \(position)")
                    continue
                }
                let erased = history.erased.load(ordering: .acquiring)
                if answer.status == 304 { history.unchanged.add(1, ordering: .relaxed) }
                let text = answer.status == 304 ? known?.text ?? "" : answer.text
                let expected = try await direct(question, sight, replica, at: position)
                // What was read before an erasure may still have what is gone from its moment since.
                let mayHaveNames =
                    position < history.erased.load(ordering: .acquiring)
                    || erased < history.erased.load(ordering: .acquiring)
                #expect(
                    text == expected || mayHaveNames && Self.withoutNames(text) == Self.withoutNames(expected),
                    "\(question.target) at \(position), tag \(answer.etag ?? "")"
                )
                kept[question.target] = (try #require(answer.etag), text)
            } while !history.isOver.load(ordering: .acquiring)
        }
    }

    private static func withoutNames(_ text: String) -> String {
        text.replacing(#/"name":"[^"]*",?/#, with: "")
    }

    /// What changes more than the things of a branch.
    private func upheave(_ replicas: [Replica], _ token: String, _ history: History) async throws {
        let (one, other) = (replicas[0], replicas[replicas.count - 1])
        // Whoever loses a permission hears nothing in any replica, and whoever gets it again does.
        let fickle = try await one.token(of: "fickle")
        try await one.grant(["institution.students:read"], to: "fickle", in: "north")
        let role = try #require(try await one.system.access.getUserRoles("fickle").value.first?.roleID)
        for replica in replicas {
            #expect(try await replica.send(.get, "/institution/students?branchId=north", token: fickle).status == 200)
        }
        _ = try await one.system.access.removeRoleFromUser(
            RemoveRole(userID: "fickle", roleID: role, branch: "north"),
            Replica.admin
        )
        for replica in replicas {
            #expect(try await replica.send(.get, "/institution/students?branchId=north", token: fickle).status == 403)
        }
        let erasures = try await other.system.store.erasePersonal(of: "north-1", reason: "asked for", actor: "admin")
        let erased = try #require(erasures.receipt.events.last?.position)
        history.erased.store(erased, ordering: .releasing)
        history.acknowledge(erased)
        let operator_ = Author(id: "admin")
        let preview = try await other.system.recovery.preview(.position(history.position - 10), by: operator_)
        let restored = try await other.system.recovery.restore(preview.token, reason: "too much", by: operator_)
        history.acknowledge(try #require(restored.receipt.events.last?.position))
        try await one.system.projections.rebuild("people")
        let cleared = try await other.send(.post, "/cache/clear", token: token)
        #expect(cleared.status == 200)
        history.acknowledge(try #require(cleared.position))
    }

    private func run(_ replicas: [Replica], rounds: Int = 40, meanwhile: @escaping @Sendable () async throws -> Void)
        async throws
    {
        let token = try await replicas[0].token()
        try await replicas[0].furnish(token)
        try await replicas[0].grant(
            ["institution.students:read", "institution.courses:read", "institution.attendance:read"],
            to: "northerner",
            in: "north"
        )
        let northern = try await replicas[0].token(of: "northerner")
        for replica in replicas { try await replica.settle() }
        let history = History()
        let all = ResourceSight(branches: nil, personal: nil)
        let north = ResourceSight(branches: ["north"], personal: [])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, replica) in replicas.enumerated() {
                group.addTask { try await read(replica, token, all, history, seed: UInt64(index) + 100) }
                group.addTask { try await read(replica, northern, north, history, seed: UInt64(index) + 200) }
            }
            for part in UInt64(0)...1 {
                try await withThrowingTaskGroup(of: Void.self) { writers in
                    for seed in UInt64(1)...2 {
                        writers.addTask {
                            try await write(replicas, token, history, seed: part * 10 + seed, rounds: rounds)
                        }
                    }
                    if part == 0 { try await meanwhile() }
                    try await writers.waitForAll()
                }
                if part == 0 { try await upheave(replicas, token, history) }
            }
            history.isOver.store(true, ordering: .releasing)
            try await group.waitForAll()
        }
        let reads = history.reads.load(ordering: .relaxed)
        let hits = replicas.reduce(0) { $0 + $1.cache.figures("institution").hits }
        // It was the cache that was tested.
        #expect(reads > 40 && hits > 5, "\(hits) hits of \(reads) reads")
        #expect(history.unchanged.load(ordering: .relaxed) > 0)
    }

    @Test func aHistoryOfTwoReplicasHasNoStaleAnswer() async throws {
        try await Replica.open(2) { replicas in try await run(replicas) {} }
    }

    @Test func neitherHasOneWithARedisThatDiesAndComesBack() async throws {
        try await RedisFixture.withRedis(isLasting: true) { redis in
            try await Replica.open(2, redis: redis) { replicas in
                for replica in replicas {
                    #expect(await replica.cache.shared?.pool.awaitAvailable(within: .seconds(180)) == true)
                }
                try await run(replicas) {
                    try await Task.sleep(for: .milliseconds(300))
                    redis.kill()
                    try await Task.sleep(for: .milliseconds(200))
                    // With all that it had, which has become old meanwhile.
                    try await redis.start()
                }
                let shared = replicas.reduce(0) { $0 + $1.cache.figures("institution").sharedHits }
                #expect(shared > 0)
            }
        }
    }
}
