import Postgres
import Testing

struct WhileThereTests {
    @Test func whatHangsOnAConnectionEndsWithIt() async throws {
        try await withConnection { other in
            let connection = try await PostgresConnection.connect(other.configuration, logger: testLogger)
            let id = try #require(try await connection.query("select pg_backend_pid()").first?.decode(Int32.self))
            let start = ContinuousClock.now
            await #expect(throws: PostgresError.self) {
                try await connection.whileThere(asking: .milliseconds(20)) {
                    _ = try await other.query("select pg_terminate_backend(\(id))")
                    try await Task.sleep(for: .seconds(600))
                }
            }
            #expect(ContinuousClock.now - start < .seconds(60))
            await connection.close()
        }
    }

    @Test func whatIsDoneMeanwhileIsGivenBack() async throws {
        try await withConnection { connection in
            let given = try await connection.whileThere(asking: .milliseconds(1)) { 7 }
            #expect(given == 7)
            #expect(try await connection.query("select 1").count == 1)
        }
    }
}
