import TestSupport
import Testing

@Suite struct FixtureTests {
    @Test func everyTestHasADatabaseOfItsOwn() async throws {
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 1...4 {
                group.addTask {
                    try await PostgresFixture.withFreshDatabase { url in
                        try await Psql.run("CREATE TABLE mine ()", on: url)
                        return try await Psql.run("SELECT current_database()", on: url)
                    }
                }
            }
            let names = try await group.reduce(into: Set<String>()) { $0.insert($1) }
            #expect(names.count == 4)
        }
    }

    @Test func aTemplateIsPreparedOnceAndCopied() async throws {
        let template = DatabaseTemplate("fixture_tests") { url in
            try await Psql.run("CREATE TABLE prepared AS SELECT 7 AS value", on: url)
        }
        for _ in 1...2 {
            try await PostgresFixture.withFreshDatabase(template) { url in
                let value = try await Psql.run("SELECT value FROM prepared", on: url)
                #expect(value == "7")
                try await Psql.run("DROP TABLE prepared", on: url)
            }
        }
    }
}
