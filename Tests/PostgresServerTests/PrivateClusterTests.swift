import Logging
import PostgresServer
import TestSupport
import Testing

@Suite struct PrivateClusterTests {
    @Test func aDatabaseIsThereOnFirstStart() async throws {
        try await FaultCluster.withCluster { cluster in
            let answer = try await Psql.run("SELECT current_user, current_database()", on: cluster.connectionURL)
            #expect(answer == "daybook|daybook")
        }
    }
    @Test func fresh() async throws {
        try await PostgresFixture.withFreshDatabase { url in
            let answer = try await Psql.run("SELECT 1", on: url)
            #expect(answer == "1")
        }
    }
}
