import App
import EventStore
import Events
import Foundation
import Postgres

/// Signed, conditional, durable appends of one event each, beside a raw binary COPY of the same rows.
///
/// The log is by itself: what read models cost that follow it is a matter of replay, and the last row says what is left
/// of the appends while they do.
enum AppendBench {
    static func run(_ options: BenchOptions, _ directory: URL, _ report: inout BenchReport) async throws {
        let count = options.appends
        report.add(try await alone(count, directory.appendingPathComponent("log")))
        report.add(try await followed(count, directory.appendingPathComponent("system")))
    }

    private static func alone(_ count: Int, _ directory: URL) async throws -> BenchReport {
        try await BenchLog.withLog(directory) { log in
            var rows = BenchReport()
            // The first appends fill caches and plans; they are not counted.
            _ = try await appends(log.store, inFlight: 1_024, count: count / 10, run: "warm")
            for inFlight in [1_024, 64] {
                let rate = try await appends(log.store, inFlight: inFlight, count: count, run: "\(inFlight)")
                let copy = try await RawCopy(store: log.store, configuration: log.configuration).run(count: count)
                rows.add("append, \(inFlight) in flight", rate, "events/s", beside: copy)
            }
            return rows
        }
    }

    private static func followed(_ count: Int, _ directory: URL) async throws -> BenchReport {
        try await BenchSystem.withSystem(directory) { system, _ in
            var rows = BenchReport()
            _ = try await appends(system.store, inFlight: 1_024, count: count / 10, run: "warm")
            let rate = try await appends(system.store, inFlight: 1_024, count: count, run: "followed")
            try await BenchSystem.settle(system)
            let copy = try await RawCopy(store: system.store, configuration: system.pool.configuration)
                .run(count: count)
            rows.add("append, 1024 in flight, while all read models follow", rate, "events/s", beside: copy)
            return rows
        }
    }

    /// Events per second.
    static func appends(_ store: EventStore, inFlight: Int, count: Int, run: String) async throws -> Double {
        let each = count / inFlight
        let seconds = try await Stopwatch.time {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<inFlight {
                    group.addTask {
                        let stream = "access-log-\(run)-\(worker)"
                        for index in 0..<each {
                            let event = Audit.AccessLogged(
                                userID: "user-\(run)-\(worker)",
                                action: "read",
                                resource: "students",
                                resourceID: "student-\(index)",
                                status: "allowed"
                            )
                            let expected: ExpectedVersion = index == 0 ? .none : .exact(Int64(index - 1))
                            let append = StreamAppend(stream: stream, expected: expected, events: [NewEvent(event)])
                            _ = try await store.append(AppendRequest(streams: [append], actor: "bench"))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        return Double(each * inFlight) / seconds
    }
}

/// The rows just appended, copied in binary form into a table with the same columns, constraints and indexes.
struct RawCopy {
    let store: EventStore
    let configuration: PostgresConfiguration

    /// Rows per second, by the last `count` events.
    func run(count: Int) async throws -> BenchReport.Figure {
        let connection = try await PostgresConnection.connect(configuration, logger: BenchSystem.quiet)
        _ = try await connection.script(
            """
            drop schema if exists bench cascade; create schema bench;
            create table bench.events (like log.events including all);
            """
        )
        let batches = try await batches(count)
        let statement = "begin; copy bench.events from stdin (format binary); commit"
        let seconds = try await Stopwatch.time {
            for batch in batches { _ = try await connection.script(statement, copying: [batch]) }
        }
        await connection.close()
        return .init(name: "binary COPY, 500 rows a transaction", value: Double(count) / seconds, unit: "rows/s")
    }

    private func batches(_ count: Int) async throws -> [[UInt8]] {
        let size = try await store.head().size
        var batches: [[UInt8]] = []
        var first = max(0, size - Int64(count))
        while first < size {
            let events = try await store.reader.events(from: first, below: min(first + 500, size), limit: 500)
            var writer = BinaryCopyWriter()
            for event in events { event.write(to: &writer) }
            batches.append(writer.finish())
            first += Int64(events.count)
        }
        return batches
    }
}

extension RecordedEvent {
    /// The row in the order of the table's columns.
    func write(to rows: inout BinaryCopyWriter) {
        rows.startRow(fields: 17)
        rows.write(header.position)
        rows.write(header.recordedAt)
        rows.write(header.stream)
        rows.write(header.version)
        rows.write(header.id)
        rows.write(header.type.rawValue)
        rows.write(Int32(header.schemaVersion))
        rows.write(header.branch)
        rows.write(header.actor)
        rows.write(header.correlationID)
        rows.write(header.causationID)
        rows.write(data)
        rows.write(personal)
        rows.write(salt)
        leaf.withUnsafeBytes { rows.write($0) }
        rows.null()
        rows.null()
    }
}
