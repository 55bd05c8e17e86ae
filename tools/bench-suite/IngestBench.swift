import App
import AsyncHTTPClient
import DemoData
import EventStore
import Events
import Foundation
import Institution
import JSON
import NIOCore
import Time

/// Facts from other systems: taken in over HTTP in batches, and a demo's year replayed into their read models.
enum IngestBench {
    /// How many events a batch has, and how many batches are under way.
    private static let batch = 500
    private static let lanes = 6

    static func run(_ options: BenchOptions, _ directory: URL, _ report: inout BenchReport) async throws {
        let taken = try await BenchSystem.withSystem(directory.appendingPathComponent("intake")) { system, token in
            var rows = BenchReport()
            try await intake(options, system, token, &rows)
            return rows
        }
        let replayed = try await BenchSystem.withSystem(directory.appendingPathComponent("demo")) { system, _ in
            var rows = BenchReport()
            try await replay(options, system, &rows)
            return rows
        }
        report.add(taken)
        report.add(replayed)
    }

    // MARK: Intake

    private static func intake(
        _ options: BenchOptions,
        _ system: DaybookSystem,
        _ token: String,
        _ report: inout BenchReport
    ) async throws {
        try await prepare(system)
        let count = options.appends / 2 / batch
        let port = Gate<Int>()
        let server = Task { try await DaybookServer(system).run { await port.open($0) } }
        let url = "http://127.0.0.1:\(await port.value)/events"
        // Bodies are made before the clock starts: the sender is another system.
        let bodies = (0..<count).map { number in ByteBuffer(bytes: body(number)) }
        let before = try await system.store.head().size
        let seconds = try await Stopwatch.time {
            try await inLanes(bodies.count) { number in
                var request = HTTPClientRequest(url: url)
                request.method = .POST
                request.headers.add(name: "Authorization", value: "Bearer \(token)")
                request.headers.add(name: "Content-Type", value: "application/cloudevents-batch+json")
                request.body = .bytes(bodies[number])
                let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
                _ = try await response.body.collect(upTo: 4_194_304)
                guard response.status == .ok else {
                    throw BenchOptions.Mistake(description: "a batch was answered with \(response.status)")
                }
            }
        }
        let recorded = try await system.store.head().size - before
        guard recorded >= Int64(count * batch) else {
            throw BenchOptions.Mistake(description: "\(recorded) of \(count * batch) events were recorded")
        }
        server.cancel()
        _ = await server.result
        let bare = try await Stopwatch.time {
            try await inLanes(count) { number in
                _ = try await system.store.append(
                    AppendRequest(
                        streams: [StreamAppend(stream: "bare-\(number)", events: marks(number).map { NewEvent($0) })],
                        actor: "bench"
                    )
                )
            }
        }
        report.add(
            "CloudEvents over HTTP, batches of \(batch)",
            Double(count * batch) / seconds,
            "events/s",
            beside: .init(
                name: "the same events appended in process, without checks",
                value: Double(count * batch) / bare,
                unit: "events/s"
            )
        )
    }

    private static func inLanes(_ count: Int, _ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                if number >= lanes { try await group.next() }
                group.addTask { try await body(number) }
            }
            try await group.waitForAll()
        }
    }

    private static let students = 2_400
    private static let courses = 120

    /// A branch, students and courses for the marks to name.
    private static func prepare(_ system: DaybookSystem) async throws {
        var facts: [any EventPayload] = [Institution.BranchOpened(branchID: "north", name: "North")]
        facts += (0..<courses).map {
            Institution.CourseCreated(courseID: "course-\($0)", branchID: "north", title: "C")
        }
        facts += (0..<students).map {
            Institution.StudentCreated(studentID: "student-\($0)", branchID: "north", name: "Student \($0)")
        }
        let received = try facts.enumerated().map { number, payload in
            ReceivedFact(
                source: "bench",
                id: "setup-\(number)",
                type: type(of: payload).type.rawValue,
                data: try JSONValue(parsing: payload.dataBytes)
            )
        }
        let sender = FactSender(actor: "bench") { _, _ in true }
        for outcome in try await system.institution.record(received, by: sender) {
            guard case .recorded = outcome else { throw BenchOptions.Mistake(description: "\(outcome)") }
        }
    }

    /// The marks of a batch: twenty-five lessons of twenty students.
    private static func marks(_ number: Int) -> [Institution.AttendanceMarked] {
        let first = CalendarDay("2025-09-01") ?? CalendarDay(daysSinceEpoch: 0)
        return (0..<batch).map { index in
            let mark = number * batch + index
            return Institution.AttendanceMarked(
                studentID: "student-\(mark % students)",
                courseID: "course-\(mark / 20 % courses)",
                branchID: "north",
                date: first.adding(days: Int64(mark / students)),
                period: 1,
                status: mark % 20 == 0 ? .absent : .present,
                markedBy: "teacher-\(mark / 20 % 160)"
            )
        }
    }

    /// The batch as a sender writes it.
    private static func body(_ number: Int) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: batch * 500)
        writer.array { writer in
            for (index, mark) in marks(number).enumerated() {
                writer.object { writer in
                    writer.member("specversion", "1.0")
                    writer.member("id", "mark-\(number)-\(index)")
                    writer.member("source", "https://records.school.example")
                    writer.member("type", "institution.attendance-marked")
                    writer.member("time", "2026-01-12T08:15:00Z")
                    writer.member("datacontenttype", "application/json")
                    writer.name("data")
                    writer.value(rawJSON: mark.dataBytes)
                }
            }
        }
        return writer.bytes
    }

    // MARK: Replay

    private static func replay(_ options: BenchOptions, _ system: DaybookSystem, _ report: inout BenchReport)
        async throws
    {
        guard let calendar = DemoCalendar(before: .now()) else { return }
        let plan = DemoPlan(seed: 1, users: options.demoUsers, calendar: calendar)
        let run = DemoRun(plan: plan, calendar: calendar, system: system)
        let loading = try await Stopwatch.time { try await run.carryOut { _ in } }
        let size = try await system.store.head().size
        let names = Set(Resource.all.map(\.readModel)).sorted()
        for name in names { try await system.projections.wait(for: name, toHold: size, deadline: .seconds(120)) }
        try await system.pool.execute("analyze log.events")
        let replaying = try await Stopwatch.time { try await system.projections.rebuild(names) }
        let scan = try await Stopwatch.time {
            _ = try await system.pool.query("select sum(length(data ->> 'studentId')) from log.events")
        }
        report.add(
            "demo of \(options.demoUsers) people, \(size) events, loaded through commands and intake",
            Double(size) / loading,
            "events/s",
            beside: .init(name: "seconds that took", value: loading, unit: "s")
        )
        report.add(
            "replay of the demo into all institution read models",
            Double(size) / replaying,
            "events/s",
            beside: .init(
                name: "one scan that reads one field of each event",
                value: Double(size) / scan,
                unit: "events/s"
            )
        )
    }
}
