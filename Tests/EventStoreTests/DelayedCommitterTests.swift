import EventStore
import Events
import Postgres
import TestSupport
import Testing

/// Transactions that commit late, or that go round the appender, while readers follow.
struct DelayedCommitterTests {
    @Test func whileOneHoldsTheHeadOthersWaitAndReadersSkipNothing() async throws {
        try await LogFixture.withLog { log in
            try await LogFixture.withLog(at: log.url, keys: log.keys) { replica in
                try await Collector.following(replica.store) { seen in
                    let slow = try await Slow.begin(log.url, "select size from log.head for update")
                    async let receipts = appendAll(20, log.store, replica.store)
                    // Long enough for the appends to be sent and to wait for the lock.
                    try await slow.waitForWaiters()
                    #expect(seen.positions.allSatisfy { $0 == 0 }, "nothing can be committed behind the lock")
                    await slow.end("rollback")
                    let acknowledged = try await receipts.flatMap(\.events).map(\.position).sorted()
                    #expect(acknowledged == Array(1...20))
                    try await seen.wait(for: 21)
                    #expect(seen.positions == Array(0...20))
                }
            }
        }
    }

    @Test func rowsOfAnOpenTransactionAreNotSeenAndNotSkipped() async throws {
        try await LogFixture.withLog { log in
            try await Collector.following(log.store) { seen in
                _ = try await log.store.append(.one("user-a"))
                // Somebody writes two positions ahead without the head lock, and does not commit.
                let slow = try await Slow.begin(log.url, Self.insert(at: 4))
                _ = try await log.store.append(.one("user-b"))
                _ = try await log.store.append(.one("user-c"))
                try await seen.wait(for: 4)
                #expect(seen.positions == [0, 1, 2, 3])
                // The next append needs the position that is taken, perhaps.
                async let waiting = log.store.append(.one("user-d"))
                try await slow.waitForWaiters()
                #expect(seen.positions == [0, 1, 2, 3])
                await slow.end("rollback")
                let receipt = try await waiting
                #expect(receipt.events.map(\.position) == [4])
                try await seen.wait(for: 5)
                #expect(seen.events.map(\.header.stream).suffix(4) == ["user-a", "user-b", "user-c", "user-d"])
            }
        }
    }

    @Test func rowsBeyondTheHeadAreNeverRead() async throws {
        try await LogFixture.withLog { log in
            try await Collector.following(log.store) { seen in
                try await Psql.run(Self.insert(at: 5), on: log.url)
                _ = try await log.store.append(.one("user-a"))
                try await seen.wait(for: 2)
                #expect(seen.positions == [0, 1])
                let report = try await LogVerifier(pool: log.pool).verify(trustedKeys: log.keys.verifiers())
                #expect(report.findings.map(\.kind) == [.surplusEvent])
            }
        }
    }

    @Test func anEventBeyondTheEndStopsTheLogRatherThanBeingPassedOver() async throws {
        var limits = AppendLimits()
        limits.patience = .milliseconds(800)
        try await LogFixture.withLog { log in
            try await Psql.run(Self.insert(at: 2), on: log.url)
            _ = try await log.store.append(.one("user-a"))
            try await LogFixture.withLog(at: log.url, keys: log.keys, limits: limits) { impatient -> Void in
                await #expect {
                    try await impatient.store.append(.one("user-b"))
                } throws: { error in
                    // Whichever its patience met: on its way, or known to be impossible.
                    [.unavailable, .outcomeUnknown].contains((error as? AppendError)?.code)
                }
            }
            let size = try await log.store.head().size
            #expect(size == 2)
        }
    }

    @Test func aTypedFollowerSkipsNothingEither() async throws {
        try await LogFixture.withLog { log in
            try await Collector.following(log.store, types: [Identity.UserRegistered.type]) { seen in
                let slow = try await Slow.begin(log.url, "select size from log.head for update")
                async let receipts = appendAll(10, log.store, log.store)
                try await slow.waitForWaiters()
                await slow.end("commit")
                _ = try await receipts
                try await seen.wait(for: 10)
                #expect(seen.positions == Array(1...10))
            }
        }
    }

    private func appendAll(_ count: Int, _ stores: EventStore...) async throws -> [Receipt] {
        try await withThrowingTaskGroup(of: Receipt.self) { group in
            for index in 0..<count {
                group.addTask { try await stores[index % stores.count].append(.one("user-\(index)")) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private static func insert(at position: Int64) -> String {
        """
        insert into log.events select \(position), recorded_at, 'bypass', 0, gen_random_uuid(), type, schema_version,
            branch, actor, correlation_id, causation_id, data, personal, salt, leaf, data_digest, personal_digest
        from log.events where position = 0
        """
    }
}

/// A transaction that takes its time.
struct Slow: Sendable {
    private let connection: PostgresConnection
    private let observer: PostgresConnection

    static func begin(_ url: String, _ statement: String) async throws -> Slow {
        let configuration = try PostgresConfiguration(url: url)
        let connection = try await PostgresConnection.connect(configuration, logger: LogFixture.quiet)
        try await connection.script("begin; \(statement)")
        let observer = try await PostgresConnection.connect(configuration, logger: LogFixture.quiet)
        return Slow(connection: connection, observer: observer)
    }

    /// Returns once somebody waits for a lock of this transaction, or several do.
    func waitForWaiters(_ count: Int64 = 1) async throws {
        while true {
            let rows = try await observer.query(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            )
            if try rows[0].decode(Int64.self) >= count { return }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    func end(_ how: String) async {
        _ = try? await connection.script(how)
        await connection.close()
        await observer.close()
    }
}
