import Access
import EventStore
import Exports
import Foundation
import Postgres

/// Exports from PostgreSQL to the file, as a server makes them: asked for in the log, read by a cursor, rendered, digested, put.
/// CSV beside `psql \copy` of the same rows.
enum ExportPipelineBench {
    static func run(_ directory: URL, _ report: inout BenchReport) async throws {
        let part = try await BenchSystem.withSystem(
            directory.appendingPathComponent("system"),
            settings: ["DAYBOOK_EXPORT_WORKERS": "0"]
        ) { system, _ in
            let connection = try await PostgresConnection.connect(system.pool.configuration, logger: BenchSystem.quiet)
            try await fill(connection)
            await connection.close()
            return try await measure(system.exports, system.pool.configuration, directory.path)
        }
        report.add(part)
    }

    private static let sizes = [("few", 10_000), ("many", 100_000), ("most", 1_000_000)]

    /// Rows of a read model, straight into its table: only how they are read is measured.
    private static func fill(_ connection: PostgresConnection) async throws {
        for (branch, count) in sizes {
            try await connection.execute(
                """
                insert into people.students (student_id, branch_id, grade_level, admitted_on, name, email, phone, guardian_name,
                    guardian_email, guardian_phone, status, created_position, created_at, created_by, occurred_at,
                    from_position, from_at, from_by)
                select \(branch) || '-' || n, \(branch), 'year ' || n % 12, date '2020-01-01' + (n % 2000)::integer,
                    'Student with a name ' || n % 9973, 's' || n || '@school.example', '+49 30 ' || n, 'Guardian ' || n % 7919,
                    'g' || n || '@home.example', '+49 30 ' || n + 1, 'active', 0, now(), 'bench', now(), 0, now(), 'bench'
                from generate_series(1, \(Int64(count))) as n
                """
            )
        }
        try await connection.execute("analyze people.students")
    }

    private static func measure(
        _ service: ExportService,
        _ database: PostgresConfiguration,
        _ directory: String
    ) async throws -> BenchReport {
        var report = BenchReport()
        // Peaks of memory only ever grow: the smallest come first.
        var peaks: [String: Double] = [:]
        for (format, branch) in [
            (ExportFormat.csv, "few"), (.csv, "most"), (.xlsx, "few"), (.xlsx, "most"), (.pdf, "few"), (.pdf, "many"),
        ] {
            _ = try await make(format, of: branch, service)
            peaks["\(format) \(branch)"] = try MeasuredProcess.peak()
        }
        for (format, branch, what) in [
            (ExportFormat.csv, "most", "1,000,000"), (.xlsx, "most", "1,000,000"), (.pdf, "many", "100,000"),
        ] {
            report.add(
                "most memory of the process after an export of \(what) rows as \(format)",
                peaks["\(format) \(branch)"] ?? 0,
                "MB",
                beside: .init(name: "after one of 10,000", value: peaks["\(format) few"] ?? 0, unit: "MB")
            )
        }
        var (ours, copied): ([Double], [Double]) = ([], [])
        // One after the other, so that whatever else the machine does meets both.
        for _ in 0..<5 {
            ours.append(try await make(.csv, of: "many", service))
            copied.append(try await copy("many", database, directory))
        }
        let copy = 100_000 / Stopwatch.percentile(0.5, of: copied)
        let baseline = BenchReport.Figure(name: "psql \\copy of the same rows as CSV", value: copy, unit: "rows/s")
        report.add(
            "export of 10 columns, 100,000 rows, as csv",
            100_000 / Stopwatch.percentile(0.5, of: ours),
            "rows/s",
            beside: baseline
        )
        var sheets: [Double] = []
        for _ in 0..<3 { sheets.append(try await make(.xlsx, of: "many", service)) }
        report.add("the same as xlsx", 100_000 / Stopwatch.percentile(0.5, of: sheets), "rows/s", beside: baseline)
        var documents: [Double] = []
        for _ in 0..<3 { documents.append(try await make(.pdf, of: "few", service)) }
        report.add(
            "export of 10 columns, 10,000 rows, as pdf",
            Stopwatch.percentile(0.5, of: documents),
            "s",
            beside: .init(name: "goal", value: 2, unit: "s")
        )
        return report
    }

    private static let author = Author(id: AccessActor.operatorID)
    private static let columns = [
        "studentId", "branchId", "gradeLevel", "status", "admittedOn", "name", "email", "phone", "guardianName",
        "guardianEmail",
    ]

    /// How many seconds an export takes from being its turn to its file.
    private static func make(_ format: ExportFormat, of branch: String, _ service: ExportService) async throws -> Double
    {
        var order = ExportOrder("students", as: format)
        order.branchID = branch
        order.columns = columns
        order.sort = ["studentId"]
        let id = try await service.request(order, by: author, rights: .all).exportIDs[0]
        let begin = ContinuousClock.now
        let record = try await service.makeNow(id, for: author.id, rights: .all)
        let seconds = Stopwatch.seconds(ContinuousClock.now - begin)
        guard record.state == .completed else {
            throw BenchOptions.Mistake(description: "\(format): \(record.failure ?? "not made")")
        }
        try await service.remove(id, by: author, rights: .all)
        return seconds
    }

    /// How many seconds psql takes for the same rows.
    private static func copy(
        _ branch: String,
        _ database: PostgresConfiguration,
        _ directory: String
    ) async throws -> Double {
        let file = "\(directory)/copied.csv"
        defer { unlink(file) }
        let psql = Process()
        psql.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        psql.arguments = [
            "psql", "-X", "-q", "-c",
            """
            \\copy (select s.student_id, s.branch_id, s.grade_level, s.status, s.admitted_on, s.name, s.email, s.phone, \
            s.guardian_name, s.guardian_email from people.students as s where s.from_position < 1000000000 \
            and s.until_position is null and s.branch_id = '\(branch)' order by s.student_id) to '\(file)' csv header
            """,
        ]
        var environment = ProcessInfo.processInfo.environment
        environment["PGHOST"] = database.hosts.first?.name
        environment["PGPORT"] = database.hosts.first?.port
        environment["PGUSER"] = database.user
        environment["PGPASSWORD"] = database.password
        environment["PGDATABASE"] = database.database
        psql.environment = environment
        let begin = ContinuousClock.now
        try psql.run()
        psql.waitUntilExit()
        guard psql.terminationStatus == 0 else { throw BenchOptions.Mistake(description: "psql failed") }
        return Stopwatch.seconds(ContinuousClock.now - begin)
    }
}
