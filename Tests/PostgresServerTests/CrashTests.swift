import PostgresServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct CrashTests {
    @Test func whatWasCommittedIsThereAfterAKill() async throws {
        try await FaultCluster.withCluster { cluster in
            try await Psql.run("CREATE TABLE kept (round int)", on: cluster.connectionURL)
            for round in 1...5 {
                try await Psql.run("INSERT INTO kept VALUES (\(round))", on: cluster.connectionURL)
                try await cluster.kill()
                await #expect(throws: Psql.Failure.self) { try await Psql.run("SELECT 1", on: cluster.connectionURL) }
                try await cluster.restart()
                try await expectAnswer("\(round)", to: "SELECT count(*) FROM kept", on: cluster.connectionURL)
            }
        }
    }

    @Test func aServerThatIsKilledComesBackByItself() async throws {
        try await withScratch { directory in
            try await PrivateCluster.quick(directory).withCluster { cluster in
                let old = try #require(cluster.processID)
                signalProcess(old, 9)
                while cluster.processID == nil || cluster.processID == old {
                    try await Task.sleep(for: .milliseconds(20))
                }
                // A number in the lock file is not yet a server that answers.
                try await cluster.revive()
                try await expectAnswer("1", to: "SELECT 1", on: cluster.connectionURL)
            }
            #expect(PrivateCluster.serverProcess(dataDirectory: directory) == nil)
        }
    }

    @Test func sessionsThatOutliveTheirServerAreWaitedForAndEnded() async throws {
        try await FaultCluster.withCluster { cluster in
            // Never looks at its client or its server while it runs.
            let busy = Task {
                try await Psql.run("SELECT count(*) FROM generate_series(1, 1000000000)", on: cluster.connectionURL)
            }
            let query =
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%generate_series%' AND state = 'active'"
            while try await Psql.run(query, on: cluster.connectionURL) != "2" {
                try await Task.sleep(for: .milliseconds(20))
            }
            try await cluster.kill()
            try await cluster.restart()
            try await expectAnswer("1", to: "SELECT 1", on: cluster.connectionURL)
            await #expect(throws: Psql.Failure.self) { try await busy.value }
        }
    }

    @Test func aStrangerWithTheNumberOfADeadServerIsNotTakenForIt() async throws {
        let stranger = try #require(try await PostgresFixture.cluster().processID)
        try await FaultCluster.withCluster(durability: .none) { cluster in
            try await cluster.kill()
            let file = "\(cluster.dataDirectory)/postgres/data/postmaster.pid"
            try writeFile(
                file,
                "\(stranger)\n\(cluster.dataDirectory)/postgres/data\n1\n5432\n../socket\n\n  1 2\nready   \n"
            )
            #expect(cluster.processID == nil)
            try await cluster.restart()
            #expect(cluster.processID != stranger)
            try await expectAnswer("1", to: "SELECT 1", on: cluster.connectionURL)
        }
    }

    @Test func aFrozenServerGoesOnWhereItWas() async throws {
        try await FaultCluster.withCluster(durability: .none) { cluster in
            cluster.freeze()
            let answer = Task { try await Psql.run("SELECT 1", on: cluster.connectionURL) }
            try await Task.sleep(for: .milliseconds(200))
            cluster.thaw()
            #expect(try await answer.value == "1")
        }
    }
}
