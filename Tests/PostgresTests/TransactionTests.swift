import Postgres
import TestSupport
import Testing

struct TransactionTests {
    private struct Refusal: Error {}

    private func count(_ connection: PostgresConnection) async throws -> Int {
        try await connection.query("select count(*) from thing")[0].decode(Int.self)
    }

    @Test func itIsCommittedIfTheBodyReturnsAndUndoneIfItThrows() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing(a bigint)")
            let answer = try await connection.withTransaction { connection in
                try await connection.execute("insert into thing values (1)")
                return 42
            }
            #expect(answer == 42)
            let error = await #expect(throws: PostgresTransactionError.self) {
                try await connection.withTransaction { connection in
                    try await connection.execute("insert into thing values (2)")
                    throw Refusal()
                }
            }
            #expect(error?.body is Refusal)
            #expect(error?.begin == nil)
            #expect(error?.commit == nil)
            #expect(error?.rollback == nil)
            #expect(try await count(connection) == 1)
        }
    }

    @Test func aFailureAtCommitIsToldApart() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing(a bigint unique deferrable initially deferred)")
            let error = await #expect(throws: PostgresTransactionError.self) {
                try await connection.withTransaction { connection in
                    try await connection.execute("insert into thing values (1), (1)")
                }
            }
            #expect(error?.body == nil)
            #expect((error?.commit as? PostgresError)?.code == .server(.uniqueViolation))
            #expect(try await count(connection) == 0)
        }
    }

    @Test func aBodyThatHidItsErrorDoesNotPassForCommitted() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing(a bigint)")
            let error = await #expect(throws: PostgresTransactionError.self) {
                try await connection.withTransaction { connection in
                    try await connection.execute("insert into thing values (1)")
                    _ = try? await connection.query("select 1/0")
                }
            }
            #expect((error?.commit as? PostgresError)?.code == .server(.inFailedTransaction))
            #expect(try await count(connection) == 0)
        }
    }

    @Test func transactionsDoNotNest() async throws {
        try await withConnection { connection in
            let error = await #expect(throws: PostgresTransactionError.self) {
                try await connection.withTransaction { connection in
                    try await connection.withTransaction { _ in }
                }
            }
            let inner = error?.body as? PostgresTransactionError
            #expect((inner?.begin as? PostgresError)?.code == .misuse)
            let rows = try await connection.query("select 1")
            #expect(rows.count == 1)
        }
    }

    @Test func readOnlyAndIsolationAreTheServersToo() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing(a bigint)")
            let error = await #expect(throws: PostgresTransactionError.self) {
                try await connection.withTransaction(readOnly: true) {
                    try await $0.execute("insert into thing values (1)")
                }
            }
            #expect(error?.postgres?.sqlState == "25006")
            let level = try await connection.withTransaction(isolation: .serializable) { connection in
                try await connection.script("show transaction_isolation")[0][0][0]
            }
            #expect(level == "serializable")
        }
    }

    @Test func aCancelledTaskStillRollsBack() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing(a bigint)")
            let task = Task {
                try await connection.withTransaction { connection in
                    try await connection.execute("insert into thing values (1)")
                    withUnsafeCurrentTask { $0?.cancel() }
                    try await connection.execute("insert into thing values (2)")
                }
            }
            await #expect(throws: PostgresTransactionError.self) { try await task.value }
            #expect(try await count(connection) == 0)
        }
    }

    @Test func aSerializationFailureMayBeTriedAgain() async throws {
        try await withConnection { one in
            let other = try await PostgresConnection.connect(one.configuration, logger: testLogger)
            try await one.execute("create table thing(a bigint)")
            try await one.execute("insert into thing values (0)")
            let error = await #expect(throws: PostgresTransactionError.self) {
                try await one.withTransaction(isolation: .repeatableRead) { one in
                    _ = try await one.query("select a from thing")
                    try await other.execute("update thing set a = 1")
                    try await one.execute("update thing set a = 2")
                }
            }
            #expect(error?.isRetryable == true)
            await other.close()
        }
    }
}
