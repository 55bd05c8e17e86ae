import EventStore
import Postgres
import TestSupport
import Testing

/// Every commit waits for a standby, and that is away.
struct SynchronousStandbyTests {
    @Test func whatTheStandbyLacksIsNeitherSeenNorAcknowledged() async throws {
        var limits = AppendLimits()
        limits.patience = .seconds(180)
        limits.statementDeadline = .seconds(2)
        try await FaultCluster.withCluster { cluster in
            try await LogFixture.migrated.prepare(cluster.connectionURL)
            try await LogFixture.withLog(at: cluster.connectionURL, limits: limits) { log in
                try await haveCommitsWait(for: "nobody", log.url)
                let appending = Task { try await log.store.append(.one("user-a")) }
                // Its time is up, its connection given up, and what became of it is asked behind the lock that it holds.
                let isOver = try await eventually {
                    if try await log.store.head().size > 1 { return true }
                    return try await log.pool.query(
                        """
                        select exists (
                            select from pg_stat_activity where wait_event_type = 'Lock' and query like '%log.head%'
                        )
                        """
                    )[0].decode(Bool.self)
                }
                #expect(isOver)
                let size = try await log.store.head().size
                #expect(size == 1)

                try await haveCommitsWait(for: "", log.url)
                let receipt = try await appending.value
                #expect(receipt.events.map(\.position) == [1])
                #expect(!receipt.isReplay)
                let report = try await LogVerifier(pool: log.pool).verify(trustedKeys: log.keys.verifiers())
                #expect(report.findings == [])
            }
        }
    }

    /// - Parameter standby: the name of one, or empty for none.
    private func haveCommitsWait(for standby: String, _ url: String) async throws {
        try await Psql.run(
            "alter system set synchronous_standby_names = '\(standby)'; select pg_reload_conf()",
            on: url
        )
        let isRead = try await eventually {
            try await Psql.run("show synchronous_standby_names", on: url) == standby
        }
        #expect(isRead)
        // It is the checkpointer that has the others wait, or go on.
        try await Psql.run("checkpoint; checkpoint", on: url)
    }
}
