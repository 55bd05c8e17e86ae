import App
import Foundation
import Logging
import Monitoring

/// What logging costs its caller, and what recording every request costs the server, beside the same without.
enum LoggingBench {
    static func run(_ options: BenchOptions, _ directory: URL, _ report: inout BenchReport) async throws {
        statements(&report)
        try await requests(options, directory, &report)
    }

    // MARK: A statement

    private static func statements(_ report: inout BenchReport) {
        let core = LogCore(levels: LogLevels(output: .info, events: .critical)) { _ in }
        defer { core.close() }
        let logger = Logger(label: "bench", factory: { DaybookLogHandler(label: $0, core) })
        let silent = Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() })
        let disabled = 5_000_000
        let off = nanoseconds(each: disabled) { logger.debug("a statement", metadata: ["number": "\($0)"]) }
        let none = nanoseconds(each: disabled) { silent.debug("a statement", metadata: ["number": "\($0)"]) }
        report.add(
            "disabled log statement",
            off,
            "ns",
            beside: .init(name: "the same with a handler that does nothing", value: none, unit: "ns")
        )
        // In bursts that fit the buffer: what is measured is the caller, not the throughput of the writer.
        var total = 0.0
        let bursts = 60
        for _ in 0..<bursts {
            total += nanoseconds(each: 2_000) { logger.info("a statement", metadata: ["number": "\($0)"]) }
            core.flush()
        }
        report.add(
            "enabled log statement, on the caller's side",
            total / Double(bursts),
            "ns",
            beside: .init(name: "disabled", value: off, unit: "ns")
        )
    }

    private static func nanoseconds(each count: Int, _ body: (Int) -> Void) -> Double {
        let start = ContinuousClock.now
        for index in 0..<count { body(index) }
        return Stopwatch.seconds(ContinuousClock.now - start) * 1e9 / Double(count)
    }

    // MARK: Requests

    /// The cheapest request that there is, which recording weighs heaviest on, and an ordinary one.
    private static let paths = ["/livez", "/log/checkpoint"]

    private struct Loads {
        var with: [HTTPBench.Load] = []
        var without: [HTTPBench.Load] = []

        func mean(_ loads: [HTTPBench.Load], _ value: (HTTPBench.Load) -> Double) -> Double {
            loads.map(value).reduce(0, +) / Double(max(1, loads.count))
        }
    }

    /// Rounds with and without recording, in turn, so that what else the machine does falls on both.
    private static func requests(
        _ options: BenchOptions,
        _ directory: URL,
        _ report: inout BenchReport
    ) async throws {
        let rows = try await BenchSystem.withSystem(directory) { system, token in
            var rows = BenchReport()
            for path in paths {
                let full = try await rounds(options, system, path, token, delay: nil)
                let perSecond = full.mean(full.without, \.perSecond)
                rows.add(
                    "GET \(path) at saturation, every request recorded",
                    full.mean(full.with, \.perSecond),
                    "requests/s",
                    beside: .init(name: "without recording", value: perSecond, unit: "requests/s")
                )
                let half = try await rounds(options, system, path, token, delay: 64 / (perSecond / 2) * 1_000)
                rows.add(
                    "GET \(path) at half load, every request recorded",
                    half.mean(half.with, \.perSecond),
                    "requests/s",
                    beside: .init(
                        name: "without recording",
                        value: half.mean(half.without, \.perSecond),
                        unit: "requests/s"
                    )
                )
                rows.add(
                    "GET \(path) at half load, p99, every request recorded",
                    half.mean(half.with, \.p99),
                    "ms",
                    beside: .init(name: "without recording", value: half.mean(half.without, \.p99), unit: "ms")
                )
            }
            return rows
        }
        report.add(rows)
    }

    private static func rounds(
        _ options: BenchOptions,
        _ system: DaybookSystem,
        _ path: String,
        _ token: String,
        delay: Double?
    ) async throws -> Loads {
        var loads = Loads()
        let rounds = 3
        for round in 0..<rounds {
            for records in round % 2 == 0 ? [true, false] : [false, true] {
                let port = Gate<Int>()
                let server = try DaybookServer(system) { settings in
                    settings.verificationPace = 0
                    settings.recordsRequests = records
                }
                let task = Task { try await server.run { await port.open($0) } }
                let load = try await HTTPBench.wrk(
                    "http://127.0.0.1:\(await port.value)\(path)",
                    seconds: max(2, options.seconds / rounds),
                    token: token,
                    delay: delay
                )
                task.cancel()
                _ = await task.result
                guard load.errors == 0 else {
                    throw BenchOptions.Mistake(description: "\(load.errors) of \(load.requests) requests failed")
                }
                if records { loads.with.append(load) } else { loads.without.append(load) }
            }
        }
        return loads
    }
}
