import Postgres
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
            #expect(ContinuousClock.now - start < .seconds(3))
        }
    }
}
