import Postgres
import Testing

struct ScriptTests {
    private func numbers(_ range: Range<Int64>, padding: Int = 0) -> [UInt8] {
        var writer = BinaryCopyWriter()
        let text = String(repeating: "x", count: padding)
        for number in range {
            writer.startRow(fields: 2)
            writer.write(number)
            writer.write(text)
        }
        return writer.finish()
    }

    @Test func eachStatementHasItsEntryAndEachCopyItsData() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing(a bigint, b text)")
            let results = try await connection.script(
                """
                begin;
                copy thing from stdin (format binary);
                select count(*), min(a), max(a) from thing;
                copy thing from stdin (format binary);
                select count(*), null, true from thing;
                commit
                """,
                copying: [numbers(0..<10), numbers(10..<15)]
            )
            #expect(results.map(\.count) == [0, 0, 1, 0, 1, 0])
            #expect(try results[2][0].int64(column: 2) == 9)
            #expect(results[2][0]["count"] == "10")
            #expect(try results[4][0].int64(column: 0) == 15)
            #expect(results[4][0][1] == nil)
            #expect(try results[4][0].bool(column: 2) == true)
            #expect(try await connection.query("select count(*) from thing")[0].decode(Int.self) == 15)
        }
    }

    @Test func dataLargerThanEveryBufferGoesThrough() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing(a bigint, b text)")
            let data = numbers(0..<20_000, padding: 1000)
            try await connection.script("copy thing from stdin (format binary)", copying: [data])
            #expect(try await connection.query("select count(*) from thing")[0].decode(Int.self) == 20_000)
        }
    }

    @Test func anErrorNamesItsStatementAndLeavesTheConnectionUsableAfterARollback() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing(a bigint primary key, b text)")
            let error = try await postgresError {
                try await connection.script("begin; insert into thing values (1); select 1/0; commit")
            }
            #expect(error?.sqlState == "22012")
            #expect(error?.statementIndex == 2)
            let refused = try await postgresError { _ = try await connection.query("select 1") }
            #expect(refused?.code == .server(.inFailedTransaction))
            try await connection.script("rollback")
            #expect(try await connection.query("select count(*) from thing")[0].decode(Int.self) == 0)
        }
    }

    @Test func anErrorInTheMiddleOfACopyIsTheServersAndNothingIsStored() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing(a bigint primary key, b text)")
            let twice = numbers(0..<5000, padding: 200)
            let error = try await postgresError {
                try await connection.script(
                    "begin; copy thing from stdin (format binary); copy thing from stdin (format binary); commit",
                    copying: [twice, twice]
                )
            }
            #expect(error?.code == .server(.uniqueViolation))
            #expect(error?.statementIndex == 2)
            try await connection.script("rollback")
            let garbage = try await postgresError {
                try await connection.script("copy thing from stdin (format binary)", copying: [[1, 2, 3]])
            }
            #expect(garbage?.sqlState == "22P04")
            #expect(try await connection.query("select count(*) from thing")[0].decode(Int.self) == 0)
        }
    }

    @Test func aCopyWithoutDataIsRefusedAndTheConnectionGoesOn() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing(a bigint, b text)")
            let error = try await postgresError { try await connection.script("copy thing from stdin (format binary)") }
            #expect(error?.code == .misuse)
            let out = try await postgresError { try await connection.script("copy thing to stdout (format binary)") }
            #expect(out?.code == .misuse)
            #expect(try await connection.script("")[0].isEmpty)
            #expect(try await connection.script("select 1")[0][0][0] == "1")
        }
    }

    @Test func aScriptStoppedByItsDeadlineLeavesItsTransactionFailedAndTheConnectionUsable() async throws {
        try await withConnection { connection in
            let error = try await postgresError {
                try await connection.script("begin; select pg_sleep(30); commit", deadline: .milliseconds(50))
            }
            #expect(error?.code == .deadlineExceeded)
            try await connection.script("rollback")
            #expect(try await connection.query("select 1")[0].decode(Int.self) == 1)
        }
    }
}
