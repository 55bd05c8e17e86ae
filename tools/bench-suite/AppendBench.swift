import App
import EventStore
import Events
import Foundation
import Postgres

/// Signed, conditional, durable appends of one event each, beside a raw binary COPY of the same rows.
enum AppendBench {
    static func run(_ options: BenchOptions, _ directory: URL, _ report: inout BenchReport) async throws {
        let count = options.appends
        nonisolated(unsafe) var figures: [(Int, Double)] = []
        nonisolated(unsafe) var copy = 0.0
        try await BenchSystem.withSystem(directory) { system, _ in
            // The first appends fill caches and plans; they are not counted.
            _ = try await appends(system.store, inFlight: 1_024, count: count / 10, run: "warm")
            for inFlight in [1_024, 64] {
                figures.append(
                    (inFlight, try await appends(system.store, inFlight: inFlight, count: count, run: "\(inFlight)"))
                )
            }
            copy = try await rawCopy(system, count: count)
        }
        let baseline = BenchReport.Figure(name: "binary COPY, 500 rows a transaction", value: copy, unit: "rows/s")
        for (inFlight, value) in figures {
            report.add("append, \(inFlight) in flight", value, "events/s", beside: baseline)
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

    /// The rows just appended, copied in binary form into a table with the same columns, constraints and indexes.
    private static func rawCopy(_ system: DaybookSystem, count: Int) async throws -> Double {
        let configuration = system.pool.configuration
        let connection = try await PostgresConnection.connect(configuration, logger: BenchSystem.quiet)
        _ = try await connection.script(
            "create schema bench; create table bench.events (like log.events including all);"
        )
        let size = try await system.store.head().size
        var batches: [[UInt8]] = []
        var first = max(0, size - Int64(count))
        while first < size {
            let events = try await system.store.reader.events(from: first, below: min(first + 500, size), limit: 500)
            var writer = BinaryCopyWriter()
            for event in events { event.write(to: &writer) }
            batches.append(writer.finish())
            first += Int64(events.count)
        }
        let statement = "begin; copy bench.events from stdin (format binary); commit"
        let seconds = try await Stopwatch.time {
            for batch in batches { _ = try await connection.script(statement, copying: [batch]) }
        }
        await connection.close()
        return Double(count) / seconds
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
