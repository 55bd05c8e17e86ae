import Logging
import Postgres
import ServiceLifecycle
import TestSupport
import Testing

struct PoolTests {
    private func withPool(
        maximumConnections: Int = 2,
        maximumWaiters: Int = 1024,
        _ body: (PostgresPool) async throws -> Void
    ) async throws {
        try await PostgresFixture.withFreshDatabase { url in
            let pool = PostgresPool(
                configuration: try PostgresConfiguration(url: url),
                maximumConnections: maximumConnections,
                maximumWaiters: maximumWaiters,
                logger: testLogger
            )
            do {
                try await body(pool)
                await pool.close()
            } catch {
                await pool.close()
                throw error
            }
        }
    }

    /// The server process behind the connection.
    private func process(_ connection: PostgresConnection) async throws -> Int32 {
        try await connection.query("select pg_backend_pid()")[0].decode(Int32.self)
    }

    @Test func manyCallersShareFewConnections() async throws {
        try await withPool(maximumConnections: 3) { pool in
            try await withThrowingTaskGroup(of: Int32.self) { group in
                for _ in 0..<100 {
                    group.addTask { try await pool.query("select pg_backend_pid()")[0].decode(Int32.self) }
                }
                var processes: Set<Int32> = []
                for try await process in group { processes.insert(process) }
                #expect(processes.count <= 3)
            }
            #expect(pool.occupancy.lent == 0)
        }
    }

    @Test func whoGetsNoConnectionInTimeIsTold() async throws {
        try await withPool(maximumConnections: 1) { pool in
            try await pool.withConnection { _ in
                let error = try await postgresError {
                    try await pool.withConnection(deadline: .milliseconds(50)) { _ in }
                }
                #expect(error?.code == .poolExhausted)
                #expect(pool.occupancy.waiting == 0)
            }
            #expect(try await pool.query("select 1").count == 1)
        }
    }

    @Test func whoWouldWaitBehindTooManyIsRefusedAtOnce() async throws {
        try await withPool(maximumConnections: 1, maximumWaiters: 1) { pool in
            try await pool.withConnection { _ in
                let waiting = Task { try await pool.query("select 1") }
                #expect(try await eventually { pool.occupancy.waiting == 1 })
                let start = ContinuousClock.now
                let refused = try await postgresError { _ = try await pool.query("select 1") }
                #expect(refused?.code == .poolExhausted)
                #expect(ContinuousClock.now - start < .seconds(5))
                waiting.cancel()
                let cancelled = try await postgresError { _ = try await waiting.value }
                #expect(cancelled?.code == .cancelled)
            }
        }
    }

    @Test func anOpenTransactionIsRolledBackBeforeTheNextCaller() async throws {
        try await withPool(maximumConnections: 1) { pool in
            try await pool.execute("create table thing(a bigint)")
            let first = try await pool.withConnection { connection in
                try await connection.script("begin; insert into thing values (1)")
                return try await process(connection)
            }
            let second = try await pool.withConnection { connection in
                #expect(try await connection.query("select count(*) from thing")[0].decode(Int.self) == 0)
                return try await process(connection)
            }
            #expect(first == second, "a connection in good order is kept")
        }
    }

    @Test func aConnectionThatDiedWhileIdleIsReplaced() async throws {
        try await withPool(maximumConnections: 1) { pool in
            let first = try await pool.withConnection { try await process($0) }
            let killer = try await PostgresConnection.connect(pool.configuration, logger: testLogger)
            #expect(try await killer.query("select pg_terminate_backend(\(first), 5000)")[0].decode(Bool.self))
            let second = try await pool.withConnection { try await process($0) }
            #expect(first != second)
            await killer.close()
        }
    }

    @Test func aConnectionKilledInUseIsLostForItsCallerAndReplacedForTheNext() async throws {
        try await withPool(maximumConnections: 1) { pool in
            let error = try await postgresError {
                try await pool.withConnection { connection in
                    _ = try await connection.query("select pg_terminate_backend(pg_backend_pid())")
                    _ = try await connection.query("select 1")
                }
            }
            #expect(error?.code == .connectionLost)
            #expect(error?.sqlState == .adminShutdown)
            #expect(try await pool.query("select 1").count == 1)
        }
    }

    @Test func anAbandonedStreamComesBackUsable() async throws {
        try await withPool(maximumConnections: 1) { pool in
            try await pool.withConnection { connection in
                for try await _ in connection.stream("select generate_series(1, 100000)", batch: 3) { break }
            }
            #expect(try await pool.query("select 1").count == 1)
        }
    }

    @Test func aNewConnectionIsSetUpBeforeItIsLent() async throws {
        try await PostgresFixture.withFreshDatabase { url in
            let pool = PostgresPool(
                configuration: try PostgresConfiguration(url: url),
                logger: testLogger,
                onConnect: { try await $0.script("set search_path to elsewhere") }
            )
            let path = try await pool.withConnection { try await $0.script("show search_path")[0][0][0] }
            #expect(path == "elsewhere")
            await pool.close()
        }
    }

    @Test func shutdownLetsHoldersFinishAndRefusesTheRest() async throws {
        try await withPool(maximumConnections: 1) { pool in
            let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [pool], logger: testLogger))
            let service = Task { try await group.run() }
            try await pool.withConnection { connection in
                let waiting = Task { try await pool.query("select 1") }
                #expect(try await eventually { pool.occupancy.waiting == 1 })
                await group.triggerGracefulShutdown()
                let closed = try await postgresError { _ = try await waiting.value }
                #expect(closed?.code == .closed)
                #expect(try await connection.query("select 1").count == 1)
            }
            try await service.value
            #expect(try await postgresError { _ = try await pool.query("select 1") }?.code == .closed)
            #expect(pool.occupancy.idle == 0)
        }
    }
}
