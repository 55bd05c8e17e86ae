import Postgres
import Testing

struct PipelineTests {
    @Test func eachStatementHasItsRows() async throws {
        try await withConnection { connection in
            let rows = try await connection.pipeline(
                (0..<100).map { number in "select n + \(number) from generate_series(1::bigint, \(number % 5)) n" }
            )
            #expect(rows.map(\.count) == (0..<100).map { $0 % 5 })
            #expect(try rows[99].map { try $0.decode(Int.self) } == [100, 101, 102, 103])
            #expect(try await connection.pipeline([]).isEmpty)
        }
    }

    @Test func anErrorNamesItsStatementAndUndoesAllOfThem() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing(a bigint primary key)")
            let error = try await postgresError {
                _ = try await connection.pipeline([
                    "insert into thing values (\(1))",
                    "insert into thing values (\(2))",
                    "insert into thing values (\(1))",
                    "insert into thing values (\(3))",
                ])
            }
            #expect(error?.code == .server(.uniqueViolation))
            #expect(error?.statementIndex == 2)
            #expect(error?.query == "insert into thing values ($1)")
            #expect(try await connection.query("select count(*) from thing")[0].decode(Int.self) == 0)
        }
    }

    @Test func aStatementThatCannotBePreparedIsNamedToo() async throws {
        try await withConnection { connection in
            let error = try await postgresError {
                _ = try await connection.pipeline(["select 1", "select nothing", "select 2"])
            }
            #expect(error?.code == .server(.undefinedColumn))
            #expect(error?.statementIndex == 1)
            #expect(try await connection.pipeline(["select 1", "select 2::bigint"])[1][0].decode(Int.self) == 2)
        }
    }

    @Test func withinATransactionItIsPartOfIt() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing(a bigint)")
            await #expect(throws: PostgresTransactionError.self) {
                try await connection.withTransaction { connection in
                    _ = try await connection.pipeline(["insert into thing values (1)", "insert into thing values (2)"])
                    throw CancellationError()
                }
            }
            #expect(try await connection.query("select count(*) from thing")[0].decode(Int.self) == 0)
        }
    }

    @Test func moreThanTheBuffersHoldDoesNotBlock() async throws {
        try await withConnection { connection in
            let text = String(repeating: "long ", count: 20_000)
            let rows = try await connection.pipeline((0..<100).map { _ in "select \(text)" })
            #expect(try rows.allSatisfy { try $0[0].decode(String.self) == text })
        }
    }

    @Test func aDeadlineStopsItAndTheConnectionGoesOn() async throws {
        try await withConnection { connection in
            let error = try await postgresError {
                _ = try await connection.pipeline(
                    ["select 1", "select pg_sleep(30)", "select 2"],
                    deadline: .milliseconds(50)
                )
            }
            #expect(error?.code == .deadlineExceeded)
            #expect(try await connection.pipeline(["select 5"])[0][0].decode(Int.self) == 5)
        }
    }

    @Test func tablesThatChangedArePreparedAnew() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing(a bigint)")
            _ = try await connection.pipeline(["select * from thing"])
            try await connection.execute("alter table thing add b text")
            #expect(try await connection.pipeline(["select * from thing", "select 1"])[1].count == 1)
        }
    }
}
