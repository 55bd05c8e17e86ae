import Testing

@testable import Postgres

struct StatementCacheTests {
    private func key(_ text: String) -> StatementCache.Key {
        StatementCache.Key(text: text, types: [])
    }

    @Test func theStatementUsedLongestAgoGoesFirst() {
        var cache = StatementCache(capacity: 2)
        #expect(cache.insert(key("a"), name: "1") == nil)
        #expect(cache.insert(key("b"), name: "2") == nil)
        #expect(cache.name(for: key("a")) == "1")
        #expect(cache.insert(key("c"), name: "3") == "2")
        #expect(cache.name(for: key("b")) == nil)
        #expect(cache.count == 2)
    }

    @Test func theSameTextWithOtherTypesIsAnotherStatement() {
        var cache = StatementCache(capacity: 4)
        _ = cache.insert(StatementCache.Key(text: "select $1", types: [20]), name: "1")
        #expect(cache.name(for: StatementCache.Key(text: "select $1", types: [25])) == nil)
    }

    @Test func aRealConnectionKeepsNoMoreStatementsThanItsCacheHolds() async throws {
        try await withConnection(statementCacheSize: 3) { connection in
            for number in 0..<10 {
                let rows = try await connection.query("select \(unescaped: String(number))::bigint")
                #expect(try rows[0].decode(Int.self) == number)
            }
            let rows = try await connection.script("select count(*) from pg_prepared_statements")
            #expect(try rows[0][0].int64(column: 0) == 3)
        }
    }

    @Test func aTableThatChangedIsPreparedAnew() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing(a bigint)")
            try await connection.execute("insert into thing values (1)")
            #expect(try await connection.query("select * from thing")[0].columnCount == 1)
            try await connection.execute("alter table thing add b text default 'b'")
            #expect(try await connection.query("select * from thing")[0].columnCount == 2)
            try await connection.script("deallocate all")
            #expect(try await connection.query("select * from thing")[0].columnCount == 2)
        }
    }

    @Test func withinATransactionAStalePlanIsAnErrorAndWorksAfterwards() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing(a bigint)")
            _ = try await connection.query("select * from thing")
            try await connection.execute("alter table thing add b text")
            let error = await #expect(throws: PostgresTransactionError.self) {
                try await connection.withTransaction { _ = try await $0.query("select * from thing") }
            }
            #expect(error?.postgres?.sqlState == .featureNotSupported)
            #expect(try await connection.query("select * from thing").isEmpty)
        }
    }
}
