import Postgres
import Synchronization
import TestSupport
import Testing

@testable import EventStore

/// Verification reads page by page, several at a time: nobody can tell from what it finds.
struct VerificationPagesTests {
    static let damages = [
        "update log.events set data = '{}' where position = 41",
        "delete from log.events where position between 130 and 139",
        "delete from log.events where position >= 7 and position < 500",
        "update log.events set personal = null, salt = null where position in (14, 28)",
        "update log.checkpoints set root = sha256('') where size = 330",
        "delete from log.checkpoints where size = 130",
        "update log.tree_nodes set hash = sha256('') where index = 1",
        "update log.events set recorded_at = '2001-01-01' where position = 529",
    ]

    @Test(arguments: damages)
    func theSizeOfPagesMakesNoDifferenceToTheFirstBadPosition(_ damage: String) async throws {
        try await SampleLog.withCopy { log in
            try await log.asSuperuser(damage)
            let whole = try await LogVerifier(pool: log.pool).verify(trustedKeys: log.keys.verifiers())
            #expect(!whole.holds)
            for pageSize in [1, 7, 256] {
                let cut = try await LogVerifier(pool: log.pool, pageSize: Int64(pageSize))
                    .verify(trustedKeys: log.keys.verifiers())
                #expect(cut.firstBadPosition == whole.firstBadPosition)
                #expect(cut.events == whole.events)
                #expect(cut.checkpoints == whole.checkpoints)
            }
        }
    }

    @Test func aLogOfManyPagesHoldsAndProgressGoesInOrder() async throws {
        try await SampleLog.withCopy { log in
            let steps = Mutex<[Int64]>([])
            let report = try await LogVerifier(pool: log.pool, pageSize: 7)
                .verify(trustedKeys: log.keys.verifiers()) { progress in
                    #expect(progress.total == SampleLog.size)
                    steps.withLock { $0.append(progress.done) }
                }
            #expect(report.findings == [])
            #expect(report.events == SampleLog.size)
            #expect(report.erased == 9)
            #expect(steps.withLock { $0 } == Array(stride(from: 7, to: SampleLog.size, by: 7)) + [SampleLog.size])
        }
    }

    @Test func aPoolOfOneConnectionIsEnough() async throws {
        try await SampleLog.withCopy { log in
            let pool = PostgresPool(
                configuration: log.pool.configuration,
                maximumConnections: 1,
                logger: LogFixture.quiet
            )
            let report = try await LogVerifier(pool: pool, pageSize: 50).verify(trustedKeys: log.keys.verifiers())
            #expect(report.holds)
            await pool.close()
        }
    }

    @Test func cancellationStopsBetweenPages() async throws {
        try await SampleLog.withCopy { log in
            let done = Mutex<Int64>(0)
            let keys = try log.keys.verifiers()
            let verification = Task {
                try await LogVerifier(pool: log.pool, pageSize: 1).verify(trustedKeys: keys) { progress in
                    done.withLock { $0 = progress.done }
                    if progress.done == 5 { withUnsafeCurrentTask { $0?.cancel() } }
                }
            }
            await #expect(throws: (any Error).self) { try await verification.value }
            #expect(done.withLock { $0 } == 5)
            #expect(try await log.verify().holds)
        }
    }
}
