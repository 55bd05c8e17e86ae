import App
import Foundation
import Logging
import PostgresServer

/// `tools/bench`: what Daybook does in a second, each figure beside a baseline of the same run.
@main
struct Bench {
    static func main() async throws {
        let options: BenchOptions
        do {
            options = try BenchOptions(Array(CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("bench: \(error)\n\n\(BenchOptions.usage)".utf8))
            exit(2)
        }
        if options.help {
            print(BenchOptions.usage, terminator: "")
            return
        }
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(
            "daybook-bench-\(UUID().uuidString)"
        )
        var report = BenchReport()
        var hasFailed = false
        let suites: [(String, (BenchOptions, URL, inout BenchReport) async throws -> Void)] = [
            ("check", CheckBench.run),
            ("access", AccessBench.run),
            ("append", AppendBench.run),
            ("http", HTTPBench.run),
            ("ingest", IngestBench.run),
            ("limits", LimitBench.run),
            ("log", LogBench.run),
            ("logging", LoggingBench.run),
            ("sockets", SocketBench.run),
            ("inboxes", InboxBench.run),
            ("cache", CacheBench.run),
            ("console", ConsoleBench.run),
            ("exports", ExportBench.run),
            ("backups", BackupBench.run),
        ]
        for (name, run) in suites where options.selects(name) {
            FileHandle.standardError.write(Data("== \(name)\n".utf8))
            let directory = scratch.appendingPathComponent(name)
            do {
                try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
                try await run(options, directory, &report)
            } catch {
                FileHandle.standardError.write(Data("bench: \(name): \(error)\n".utf8))
                hasFailed = true
            }
        }
        try? FileManager.default.removeItem(at: scratch)
        print(report.table)
        try FileManager.default.createDirectory(at: options.output, withIntermediateDirectories: true)
        try Data(report.json).write(to: options.output.appendingPathComponent("bench.json"))
        if hasFailed { exit(1) }
    }
}
