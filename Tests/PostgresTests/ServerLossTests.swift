import Postgres
import Synchronization
import TestSupport
import Testing

/// What happens when servers die, hang and come back.
@Suite(.serialized) struct ServerLossTests {
    @Test func aKilledServerLosesTheStatementAndThePoolRecoversWhenItIsBack() async throws {
        try await FaultCluster.withCluster { cluster in
            let pool = PostgresPool(
                configuration: try PostgresConfiguration(url: cluster.connectionURL),
                maximumConnections: 2,
                logger: testLogger
            )
            try await pool.execute("create table thing(a bigint)")
            let under = Task { try await pool.query("select pg_sleep(60)") }
            #expect(
                try await eventually {
                    try await !pool.query("select 1 from pg_stat_activity where wait_event = 'PgSleep'").isEmpty
                }
            )
            try await cluster.kill()
            let lost = try await postgresError { _ = try await under.value }
            #expect(lost?.code == .connectionLost)
            #expect(lost?.isUnavailable == true)

            let refused = try await postgresError {
                try await pool.withConnection(deadline: .milliseconds(300)) { _ = try await $0.query("select 1") }
            }
            #expect(refused?.isUnavailable == true)

            async let recovered = pool.withConnection(deadline: .seconds(60)) {
                try await $0.query("select count(*) from thing")
            }
            try await cluster.restart()
            #expect(try await recovered[0].decode(Int.self) == 0)
            await pool.close()
        }
    }

    @Test func aServerThatHangsIsGivenUpAtTheDeadline() async throws {
        try await FaultCluster.withCluster(durability: .none) { cluster in
            let connection = try await PostgresConnection.connect(
                PostgresConfiguration(url: cluster.connectionURL),
                logger: testLogger
            )
            cluster.freeze()
            let start = ContinuousClock.now
            let error = try await postgresError {
                _ = try await connection.query("select 1", deadline: .milliseconds(200))
            }
            cluster.thaw()
            #expect(error?.code == .deadlineExceeded)
            #expect(ContinuousClock.now - start < .seconds(9))
            #expect(!connection.isHealthy, "a connection in an unknown state is not used again")
        }
    }

    @Test func aServerThatHangsIsGivenUpByAPoolWithoutADeadlineOfTheCallers() async throws {
        try await FaultCluster.withCluster(durability: .none) { cluster in
            let pool = PostgresPool(
                configuration: try PostgresConfiguration(url: cluster.connectionURL),
                maximumConnections: 4,
                limits: StatementLimits(statement: .milliseconds(200), batch: .milliseconds(300)),
                logger: testLogger
            )
            // Each has its connection, and what it does meets a server that no longer answers.
            let ways: [@Sendable (PostgresConnection) async throws -> Void] = [
                { _ = try await $0.query("select 1") },
                { _ = try await $0.withTransaction { try await $0.execute("select 1") } },
                { for try await _ in $0.stream("select generate_series(1, 1000)", batch: 10) {} },
                { for try await _ in $0.copyOut("copy (select 1) to stdout") {} },
            ]
            let meeting = Meeting()
            let start = ContinuousClock.now
            let outcomes = try await withThrowingTaskGroup(of: (any Error)?.self) { group in
                for way in ways {
                    group.addTask {
                        do {
                            try await pool.withConnection { connection in
                                _ = try await connection.query("select 1")
                                await meeting.attend()
                                try await way(connection)
                            }
                            return nil
                        } catch { return error }
                    }
                }
                await meeting.wait(for: ways.count)
                cluster.freeze()
                meeting.end()
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(ContinuousClock.now - start < .seconds(20))
            cluster.thaw()
            for error in outcomes {
                let found = error as? PostgresError ?? (error as? PostgresTransactionError)?.postgres
                #expect(found?.code == .deadlineExceeded)
            }
            #expect(try await pool.query("select 1").count == 1)
            await pool.close()
        }
    }

    @Test func whatTakesAsLongAsItsDataIsNotHeldToALimitAsAWhole() async throws {
        try await PostgresFixture.withFreshDatabase { url in
            let pool = PostgresPool(
                configuration: try PostgresConfiguration(url: url),
                limits: StatementLimits(statement: .milliseconds(300), batch: .seconds(20)),
                logger: testLogger
            )
            try await pool.withConnection { connection in
                var rows = 0
                for try await batch in connection.stream("select pg_sleep(0.01) from generate_series(1, 60)", batch: 10)
                {
                    rows += batch.count
                    try await Task.sleep(for: .milliseconds(50))
                }
                #expect(rows == 60)
                let text = "copy (select pg_sleep(0.01), n from generate_series(1, 60) as n) to stdout"
                let bytes = try await connection.copyOut(text, into: 0) { $0 += $1.count }
                #expect(bytes > 60)
                // The next statement is held to its own again.
                let error = try await postgresError { _ = try await connection.query("select pg_sleep(30)") }
                #expect(error?.code == .deadlineExceeded)
                // And one that says how long it may take, to that.
                _ = try await connection.query("select pg_sleep(0.5)", deadline: .seconds(20))
            }
            await pool.close()
        }
    }

    @Test func theNextHostIsTriedWhenOneIsDownOrIsNotWhatIsWanted() async throws {
        try await FaultCluster.withCluster(durability: .none) { cluster in
            var configuration = try PostgresConfiguration(url: cluster.connectionURL)
            let alive = configuration.hosts[0]
            let absent = PostgresConfiguration.Host(name: "/nonexistent", port: "1")
            configuration.hosts = [absent, alive]
            let connection = try await PostgresConnection.connect(configuration, logger: testLogger)
            #expect(try await connection.query("select 1").count == 1)
            await connection.close()

            configuration.hosts = [alive, alive]
            configuration["target_session_attrs"] = "prefer-standby"
            let standby = try await PostgresConnection.connect(configuration, logger: testLogger)
            #expect(try await standby.query("select not pg_is_in_recovery()")[0].decode(Bool.self))
            await standby.close()

            configuration["target_session_attrs"] = "standby"
            let error = try await postgresError {
                _ = try await PostgresConnection.connect(configuration, logger: testLogger)
            }
            #expect(error?.code == .connectionFailed)
        }
    }

    @Test func aPoolMovesToTheOtherHostWhenItsServerDies() async throws {
        try await FaultCluster.withCluster(durability: .none) { first in
            try await FaultCluster.withCluster(durability: .none) { second in
                var configuration = try PostgresConfiguration(url: first.connectionURL)
                configuration.hosts += try PostgresConfiguration(url: second.connectionURL).hosts
                let pool = PostgresPool(configuration: configuration, logger: testLogger)
                let place = try await pool.query("select current_setting('data_directory')")[0].decode(String.self)
                #expect(place.hasPrefix(first.dataDirectory))
                try await first.kill()
                // The dead server's sessions live on until they notice; a statement may still meet its end with one.
                let isMoved = try await eventually {
                    let rows = try? await pool.query("select current_setting('data_directory')")
                    return try rows?[0].decode(String.self).hasPrefix(second.dataDirectory) ?? false
                }
                #expect(isMoved)
                await pool.close()
            }
        }
    }

    @Test func everyHostThatFailedIsNamed() async throws {
        let configuration = PostgresConfiguration(
            hosts: [.init(name: "/nonexistent-one", port: "1"), .init(name: "/nonexistent-two", port: "2")],
            password: "hunter2"
        )
        let error = try await postgresError {
            _ = try await PostgresConnection.connect(configuration, logger: testLogger)
        }
        #expect(error?.code == .connectionFailed)
        #expect(error?.message.contains("/nonexistent-one") == true)
        #expect(error?.message.contains("/nonexistent-two") == true)
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test func connectingToAServerThatDoesNotAnswerHasALimit() async throws {
        try await FaultCluster.withCluster(durability: .none) { cluster in
            var configuration = try PostgresConfiguration(url: cluster.connectionURL)
            configuration.connectTimeout = .milliseconds(200)
            cluster.freeze()
            let start = ContinuousClock.now
            let error = try await postgresError {
                _ = try await PostgresConnection.connect(configuration, logger: testLogger)
            }
            cluster.thaw()
            #expect(error?.code == .connectionFailed)
            #expect(ContinuousClock.now - start < .seconds(9))
        }
    }
}

/// Keeps those who attend until it ends.
private final class Meeting: Sendable {
    private let attendance = Atomic(0)
    private let isOver = Atomic(false)

    func attend() async {
        attendance.add(1, ordering: .sequentiallyConsistent)
        while !isOver.load(ordering: .sequentiallyConsistent) { await Task.yield() }
    }

    func wait(for count: Int) async {
        while attendance.load(ordering: .sequentiallyConsistent) < count { await Task.yield() }
    }

    func end() { isOver.store(true, ordering: .sequentiallyConsistent) }
}
