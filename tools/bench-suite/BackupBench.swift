import App
import Backups
import EventStore
import Foundation
import Postgres

/// Backups beside `pg_dump -Fc` and `pg_restore` of the same database, in the same run.
enum BackupBench {
    private static let author = Author(id: "operator")
    private static let memoryGoal = BenchReport.Figure(name: "goal", value: 200, unit: "MB")

    static func run(_ options: BenchOptions, _ directory: URL, _ report: inout BenchReport) async throws {
        let key = directory.appendingPathComponent("backup.key").path
        let made = FileManager.default.createFile(
            atPath: key,
            contents: Data(String(repeating: "5d", count: 32).utf8),
            attributes: [.posixPermissions: 0o600]
        )
        guard made else { throw BenchOptions.Mistake(description: "no key could be made in \(directory.path)") }
        let settings = [
            "DAYBOOK_BACKUP_KEY_FILE": key,
            "DAYBOOK_BACKUP_REPOSITORIES": "main=\(directory.appendingPathComponent("repository").path)",
        ]
        let size = options.logSize
        let data = directory.appendingPathComponent("data")
        let rows = try await BenchSystem.withAnySystem(data, settings: settings) { system, _ in
            var rows = BenchReport()
            try await LogBench.fill(system.store, from: 0, events: size)
            try await BenchSystem.settle(system)
            let dump = directory.appendingPathComponent("log.dump").path
            try await create(system, dump, settings, data, &rows)
            try await increment(system, size, &rows)
            try await restore(system, dump, settings, directory, &rows)
            try await ShippingBench.run(system, options.appends, &rows)
            return rows
        }
        report.add(rows)
    }

    private static func create(
        _ system: DaybookSystem,
        _ dump: String,
        _ settings: [String: String],
        _ data: URL,
        _ rows: inout BenchReport
    ) async throws {
        // A first one of each fills caches.
        var (dumps, fulls): ([Double], [Double]) = ([], [])
        var bytes: Int64 = 0
        for _ in 0..<3 {
            try? FileManager.default.removeItem(atPath: dump)
            dumps.append(try await Stopwatch.time { try await postgres("pg_dump", system, ["-Fc", "-f", dump]) })
            fulls.append(
                try await Stopwatch.time {
                    bytes = try await system.backups.createFullBackup(by: author).manifest.bytes
                }
            )
        }
        rows.add(
            "full backup, encrypted, median of 3",
            Stopwatch.percentile(0.5, of: fulls),
            "s",
            beside: .init(name: "pg_dump -Fc", value: Stopwatch.percentile(0.5, of: dumps), unit: "s")
        )
        let attributes = try FileManager.default.attributesOfItem(atPath: dump)
        let dumped = (attributes[.size] as? NSNumber)?.doubleValue ?? 0
        rows.add(
            "full backup, encrypted",
            Double(bytes) / 1e6,
            "MB",
            beside: .init(name: "pg_dump -Fc", value: dumped / 1e6, unit: "MB")
        )
        let database = try url(system, system.pool.configuration.database ?? "")
        let command = try await MeasuredProcess.run(
            "daybook",
            ["backup", "create", "--full", "--quiet", "--data-dir", data.path],
            environment: settings.merging(["DATABASE_URL": database]) { $1 }
        )
        rows.add("the same by the command, its memory", command.peak, "MB", beside: memoryGoal)
    }

    private static func increment(_ system: DaybookSystem, _ size: Int, _ rows: inout BenchReport) async throws {
        let full = try await Stopwatch.time { _ = try await system.backups.createFullBackup(by: author) }
        var increments: [Double] = []
        for round in 0..<3 {
            try await LogBench.fill(system.store, from: size + round * (size / 100), events: size / 100)
            try await BenchSystem.settle(system)
            increments.append(
                try await Stopwatch.time { _ = try await system.backups.createIncrementalBackup(by: author) }
            )
        }
        rows.add(
            "incremental backup of 1 % more, median of 3",
            Stopwatch.percentile(0.5, of: increments),
            "s",
            beside: .init(name: "full backup", value: full, unit: "s")
        )
    }

    private static func restore(
        _ system: DaybookSystem,
        _ dump: String,
        _ settings: [String: String],
        _ directory: URL,
        _ rows: inout BenchReport
    ) async throws {
        for name in ["bench_dump", "bench_backup"] { try await postgres("createdb", system, [name], named: false) }
        let plain = try await Stopwatch.time {
            try await postgres("pg_restore", system, ["-j", "2", "-d", "bench_dump", dump], named: false)
        }
        let target = directory.appendingPathComponent("restored")
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        let configuration = try DaybookConfiguration(
            flags: [.dataDirectory: target.path, .port: "0"],
            environment: settings.merging(["DATABASE_URL": try url(system, "bench_backup")]) { $1 }
        )
        let command = try await MeasuredProcess.run(
            "daybook",
            [
                "backup", "restore", "--quiet", "--data-dir", target.path, "--keys",
                directory.appendingPathComponent("data/keys").path,
            ],
            environment: settings.merging(["DATABASE_URL": try url(system, "bench_backup")]) { $1 }
        )
        let start = try await Stopwatch.time {
            try await DaybookSystem.withRunning(configuration, logger: BenchSystem.quiet) { system, _ in
                try await BenchSystem.settle(system)
            }
        }
        rows.add(
            "restore by the command, verified, read models made, until it serves",
            command.seconds + start,
            "s",
            beside: .init(name: "pg_restore -j 2 of the dump", value: plain, unit: "s")
        )
        rows.add("the same, its memory", command.peak, "MB", beside: memoryGoal)
    }

    // MARK: PostgreSQL's programs

    private static func url(_ system: DaybookSystem, _ database: String) throws -> String {
        let configuration = system.pool.configuration
        let host = configuration.hosts.first
        let values = [
            ("host", host?.name), ("port", host?.port), ("user", configuration.user),
            ("password", configuration.password), ("dbname", database),
        ]
        return values.compactMap { name, value in value.map { "\(name)='\($0)'" } }.joined(separator: " ")
    }

    private static func postgres(
        _ program: String,
        _ system: DaybookSystem,
        _ arguments: [String],
        named: Bool = true
    ) async throws {
        let configuration = system.pool.configuration
        var all: [String] = []
        if let host = configuration.hosts.first?.name { all += ["-h", host] }
        if let port = configuration.hosts.first?.port { all += ["-p", port] }
        if let user = configuration.user { all += ["-U", user] }
        if named, let database = configuration.database { all += ["-d", database] }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/lib/postgresql/15/bin/\(program)")
        process.arguments = all + arguments
        var environment = ProcessInfo.processInfo.environment
        if let password = configuration.password { environment["PGPASSWORD"] = password }
        process.environment = environment
        try process.run()
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                process.waitUntilExit()
                continuation.resume()
            }
        }
        guard process.terminationStatus == 0 else {
            throw BenchOptions.Mistake(description: "\(program) ended with \(process.terminationStatus)")
        }
    }
}
