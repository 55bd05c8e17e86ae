import Events
import MerkleLog
import Postgres
import TestSupport
import Testing
import Time

@testable import EventStore

struct ClockTests {
    @Test func timeNeverGoesBackThoughTheClockDoes() async throws {
        let planner = BatchPlanner.unsigned
        var tail = LogTail(
            size: 0,
            range: CompactRange(),
            recordedAt: Timestamp(microseconds: 0),
            retiredKeys: []
        )
        var lookups = Lookups()
        lookups.nextVersions = ["user-a": 0]
        var times: [Timestamp] = []
        for now: Int64 in [1_000, 2_000, 1_500, 0, 2_000, 2_001, -5] {
            let (pending, answer) = try await PendingAppend.waiting(.one("user-a"))
            let plan = try planner.plan(
                [pending],
                lookups: lookups,
                on: &tail,
                now: Timestamp(microseconds: now)
            )
            times.append(plan.recordedAt)
            pending.finish(.failure(AppendError(.shuttingDown, "")))
            _ = await answer.result
        }
        #expect(times.map(\.microseconds) == [1_000, 2_000, 2_000, 2_000, 2_000, 2_001, 2_001])
    }

    @Test func aStoreWhoseClockIsBehindGoesOnFromTheNewestTime() async throws {
        try await LogFixture.withLog { log in
            // As if the last commit had come from a replica whose clock is an hour ahead.
            let ahead = Timestamp.now().advanced(by: .seconds(3_600))
            try await log.pool.withTransaction { connection in
                try await connection.script("set local session_replication_role = replica")
                _ = try await connection.execute("update log.head set recorded_at = \(ahead)")
                _ = try await connection.execute("update log.events set recorded_at = \(ahead)")
            }
            try await LogFixture.withLog(at: log.url, keys: log.keys) { replica in
                let receipt = try await replica.store.append(.one("user-a"))
                #expect(receipt.recordedAt == ahead)
            }
        }
    }

    @Test func theSizeAtAMomentIsWhatCountingGives() async throws {
        try await LogFixture.withLog { log in
            for index in 0..<120 {
                _ = try await log.store.append(.one("user-\(index % 10)"))
                if index % 20 == 0 { try await Task.sleep(for: .milliseconds(3)) }
            }
            let times = try await log.store.reader.events(from: 0).map(\.header.recordedAt)
            #expect(times == times.sorted())
            var moments = times.flatMap { time in
                (-1...1).map { Timestamp(microseconds: time.microseconds + $0) }
            }
            let (first, last) = (times[0].microseconds, times[times.count - 1].microseconds)
            moments += (0..<100).map { _ in Timestamp(microseconds: .random(in: first - 10_000...last + 10_000)) }
            for moment in moments {
                let size = try await log.store.reader.size(at: moment)
                #expect(size == Int64(times.count { $0 <= moment }))
            }
        }
    }

    @Test func anEmptyLogHasNoSizeAtAnyMoment() async throws {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            let pool = PostgresPool(
                configuration: try PostgresConfiguration(url: url),
                logger: LogFixture.quiet
            )
            let size = try await LogReader(pool: pool).size(at: .now())
            #expect(size == 0)
            await pool.close()
        }
    }
}
