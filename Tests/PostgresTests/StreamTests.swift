import Postgres
import Testing

struct StreamTests {
    private func count(_ connection: PostgresConnection) async throws -> Int {
        try await connection.query("select count(*) from thing")[0].decode(Int.self)
    }

    @Test(arguments: [0, 1, 9, 10, 11, 20, 25]) func everyRowComesOnceInBatches(total: Int) async throws {
        try await withConnection { connection in
            var read: [Int] = []
            var sizes: [Int] = []
            for try await batch in connection.stream("select n from generate_series(1::bigint, \(total)) n", batch: 10)
            {
                sizes.append(batch.count)
                read += try batch.map { try $0.decode(Int.self) }
            }
            #expect(read == Array(1..<(total + 1)))
            #expect(sizes.allSatisfy { $0 <= 10 })
            #expect(try await connection.query("select 1").count == 1)
        }
    }

    @Test func stoppingEarlyFreesTheConnection() async throws {
        try await withConnection { connection in
            for try await _ in connection.stream("select generate_series(1, 1000000)", batch: 5) { break }
            let state = try await connection.script("select now() = statement_timestamp()", deadline: .seconds(10))
            #expect(try state[0][0].bool(column: 0) == true, "no transaction is left open")
        }
    }

    @Test func stoppingEarlyInATransactionLeavesTheTransactionWhole() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing(a bigint)")
            try await connection.withTransaction { connection in
                try await connection.execute("insert into thing select generate_series(1, 100)")
                for try await batch in connection.stream("select a from thing", batch: 5) {
                    #expect(batch.count == 5)
                    break
                }
                try await connection.execute("insert into thing values (0)")
            }
            #expect(try await count(connection) == 101)
        }
    }

    @Test func anErrorMidwayIsThrownAndTheConnectionGoesOn() async throws {
        try await withConnection { connection in
            var read = 0
            let error = try await postgresError {
                for try await batch in connection.stream(
                    "select 1 / (50 - n) from generate_series(1, 100) n",
                    batch: 10
                ) {
                    read += batch.count
                }
            }
            #expect(error?.sqlState == "22012")
            #expect(read == 40)
            #expect(try await connection.query("select 1").count == 1)
        }
    }

    @Test func aDeadlineHoldsForTheWholeStream() async throws {
        try await withConnection { connection in
            let error = try await postgresError {
                let slow: SQL = "select pg_sleep(0.01) from generate_series(1, 10000)"
                for try await _ in connection.stream(slow, batch: 2, deadline: .milliseconds(200)) {}
            }
            #expect(error?.code == .deadlineExceeded)
            #expect(try await connection.query("select 1").count == 1)
        }
    }
}
