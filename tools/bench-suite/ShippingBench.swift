import App
import Backups
import EventStore
import Time

/// What continuous backups cost appends, and how much could be lost meanwhile.
enum ShippingBench {
    /// Between two backups, so that with the making of one nothing is older than five.
    private static let seconds = 3
    private static let rounds = 4

    /// - Parameter count: how many appends a round has.
    static func run(_ system: DaybookSystem, _ count: Int, _ rows: inout BenchReport) async throws {
        let author = Author(id: "operator")
        var order = ScheduleOrder("shipping", .incremental, .continuous)
        order.seconds = seconds
        var (alone, shipped): ([Double], [Double]) = ([], [])
        // One after the other, so that whatever else the machine does meets both.
        for round in 0..<rounds {
            alone.append(try await appends(system, count, "alone-\(round)"))
            _ = try await system.backups.schedule(order, by: author)
            try await begun(order.scheduleID, system)
            shipped.append(try await appends(system, count, "shipped-\(round)"))
            _ = try await system.backups.cancelSchedule(order.scheduleID, by: author)
        }
        rows.add(
            "append, 1024 in flight, with a backup every \(seconds) s, median of \(rounds)",
            Stopwatch.percentile(0.5, of: shipped),
            "events/s",
            beside: .init(name: "without", value: Stopwatch.percentile(0.5, of: alone), unit: "events/s")
        )
        let made = try await system.backups.backups(limit: 1_000)
            .filter { $0.scheduleID == order.scheduleID && $0.state == .completed }
            .sorted { $0.startedAt < $1.startedAt }
        // What came just after one was begun is safe when the next one has ended.
        let lags = zip(made, made.dropFirst()).compactMap { before, next in
            next.endedAt.map { Stopwatch.seconds($0 - before.startedAt) }
        }
        // Between two rounds there was no schedule.
        let within = lags.sorted().dropLast(rounds - 1)
        rows.add(
            "how old the oldest event that no backup has can be, of \(made.count) backups",
            within.last ?? 0,
            "s",
            beside: .init(name: "goal", value: 5, unit: "s")
        )
    }

    /// A server looks for its first schedule every few seconds.
    private static func begun(_ schedule: String, _ system: DaybookSystem) async throws {
        let newest = try await system.store.head().size
        for _ in 0..<300 {
            let made = try await system.backups.backups(limit: 5)
            if made.contains(where: { $0.scheduleID == schedule && $0.startedPosition >= newest }) { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw BenchOptions.Mistake(description: "the schedule \(schedule) makes no backups")
    }

    private static func appends(_ system: DaybookSystem, _ count: Int, _ name: String) async throws -> Double {
        let rate = try await AppendBench.appends(system.store, inFlight: 1_024, count: count, run: name)
        try await BenchSystem.settle(system)
        return rate
    }
}
