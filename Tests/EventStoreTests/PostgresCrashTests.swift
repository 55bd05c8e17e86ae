import EventStore
import Events
import TestSupport
import Testing

/// PostgreSQL dies or hangs under load. `tools/faults/run` does the same for as many rounds as one likes.
@Suite(.serialized)
struct PostgresCrashTests {
    @Test func killedUnderLoadItComesBackWithEveryAcknowledgedEvent() async throws {
        try await withCrashableLog { cluster, log in
            let load = FaultLoad(lanes: 24)
            let types: Set<EventType> = [Identity.UserRegistered.type]
            try await Collector.following(log.store) { everything in
                try await Collector.following(log.store, types: types) { typed in
                    let running = Task { await load.run(on: log.store) }
                    for round in 0..<3 {
                        let before = load.acknowledged.count
                        while load.acknowledged.count < before + 50 { try await Task.sleep(for: .milliseconds(2)) }
                        try await Task.sleep(for: .milliseconds(Int.random(in: 0...100)))
                        try await cluster.kill()
                        if round > 0 { try await Task.sleep(for: .milliseconds(300)) }
                        try await cluster.restart()
                    }
                    let before = load.acknowledged.count
                    while load.acknowledged.count < before + 50 { try await Task.sleep(for: .milliseconds(2)) }
                    running.cancel()
                    await running.value

                    let problems = try await FaultLoad.problems(load.acknowledged, pool: log.pool, keys: log.keys)
                    #expect(problems == [])
                    #expect(load.slowest < .seconds(10), "nobody waits much longer than their patience")
                    // The followers went on where they were, without a skip or a repetition.
                    let size = try await log.store.head().size
                    try await everything.wait(for: Int(size))
                    #expect(everything.positions == Array(0..<size))
                    try await typed.wait(for: Int(size) - 1)
                    #expect(typed.positions == Array(1..<size))
                }
            }
        }
    }

    @Test func frozenItKeepsNobodyWaitingAndThawedItGoesOn() async throws {
        try await withCrashableLog { cluster, log in
            let load = FaultLoad(lanes: 16)
            let running = Task { await load.run(on: log.store) }
            while load.acknowledged.count < 50 { try await Task.sleep(for: .milliseconds(2)) }
            cluster.freeze()
            // Everybody's patience ends twice, and the statements' deadline is met.
            try await Task.sleep(for: .seconds(4))
            let met = Set(load.failures.keys)
            cluster.thaw()
            #expect(met.isSubset(of: [.unavailable, .outcomeUnknown]))
            #expect(!met.isEmpty)
            let before = load.acknowledged.count
            while load.acknowledged.count < before + 50 { try await Task.sleep(for: .milliseconds(2)) }
            running.cancel()
            await running.value
            #expect(load.slowest < .seconds(10))
            let problems = try await FaultLoad.problems(load.acknowledged, pool: log.pool, keys: log.keys)
            #expect(problems == [])
        }
    }

    @Test func whileItIsDownCallersAreToldThatNothingWasRecorded() async throws {
        try await withCrashableLog { cluster, log in
            try await cluster.kill()
            let start = ContinuousClock.now
            await #expect {
                try await log.store.append(.one("user-a"))
            } throws: { ($0 as? AppendError)?.code == .unavailable }
            #expect(ContinuousClock.now - start < .seconds(10))
            await #expect(throws: (any Error).self) { try await log.store.head() }
            try await cluster.restart()
            let receipt = try await eventually { try await log.store.append(.one("user-b")) }
            #expect(receipt.events.map(\.position) == [1])
        }
    }

    private func eventually<R: Sendable>(_ body: () async throws -> R) async throws -> R {
        while true {
            do { return try await body() } catch let error as AppendError where error.code == .unavailable { continue }
        }
    }

    private func withCrashableLog(_ body: @Sendable (FaultCluster, LogFixture) async throws -> Void) async throws {
        var limits = AppendLimits()
        limits.patience = .milliseconds(1_500)
        limits.statementDeadline = .seconds(2)
        try await FaultCluster.withCluster(durability: .none) { cluster in
            // What a killed server has written is with the operating system, so nothing has to be flushed for these
            // tests; but it has to be written.
            try await Psql.run("alter database daybook set synchronous_commit = on", on: cluster.connectionURL)
            try await LogFixture.migrated.prepare(cluster.connectionURL)
            try await LogFixture.withLog(at: cluster.connectionURL) { patient in
                try await LogFixture.withLog(at: cluster.connectionURL, keys: patient.keys, limits: limits) { log in
                    try await body(cluster, log)
                }
            }
        }
    }
}
