import Postgres
import TestSupport
import Testing

/// Deadlines and cancellation stop the statement on the server, and the connection goes on.
struct InterruptionTests {
    /// How many statements of other connections sleep in the database now.
    private func sleepers(_ connection: PostgresConnection) async throws -> Int {
        try await connection.query(
            """
            select count(*) from pg_stat_activity
            where state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid() and datname = current_database()
            """
        )[0].decode(Int.self)
    }

    private func withTwoConnections(
        _ body: (_ one: PostgresConnection, _ other: PostgresConnection) async throws -> Void
    ) async throws {
        try await withConnection { one in
            let other = try await PostgresConnection.connect(one.configuration, logger: testLogger)
            try await body(one, other)
            await other.close()
        }
    }

    @Test func aDeadlineEndsTheStatementOnTheServer() async throws {
        try await withTwoConnections { connection, watcher in
            let start = ContinuousClock.now
            let error = try await postgresError {
                _ = try await connection.query("select pg_sleep(30)", deadline: .milliseconds(100))
            }
            #expect(error?.code == .deadlineExceeded)
            #expect(ContinuousClock.now - start < .seconds(5))
            #expect(try await sleepers(watcher) == 0)
            #expect(connection.isHealthy)
            #expect(try await connection.query("select 1")[0].decode(Int.self) == 1)
        }
    }

    @Test func cancellingTheTaskEndsTheStatementOnTheServer() async throws {
        try await withTwoConnections { connection, watcher in
            let task = Task { try await connection.query("select pg_sleep(30)") }
            #expect(try await eventually { try await sleepers(watcher) == 1 })
            task.cancel()
            let error = try await postgresError { _ = try await task.value }
            #expect(error?.code == .cancelled)
            #expect(try await sleepers(watcher) == 0)
            #expect(try await connection.query("select 1")[0].decode(Int.self) == 1)
        }
    }

    @Test func aScriptThatIsLeftToTheServerIsFinishedThereThoughNobodyWaits() async throws {
        try await withTwoConnections { connection, watcher in
            try await connection.execute("create table thing(a bigint)")
            let script = Task {
                try await connection.script(
                    "begin; copy thing from stdin (format binary); select pg_sleep(1); commit",
                    copying: [Self.row],
                    leavingToServer: true
                )
            }
            #expect(try await eventually { try await waits(watcher, "wait_event = 'PgSleep'") })
            script.cancel()
            let error = try await postgresError { _ = try await script.value }
            #expect(error?.code == .cancelled)
            let isThere = try await eventually { try await rows(watcher) == 1 }
            #expect(isThere)
        }
    }

    @Test func aScriptThatIsLeftToTheServerIsCancelledUntilItHasItsData() async throws {
        try await withTwoConnections { connection, watcher in
            try await connection.execute("create table thing(a bigint)")
            let holder = try await PostgresConnection.connect(connection.configuration, logger: testLogger)
            try await holder.script("begin; lock table thing")
            let script = Task {
                try await connection.script(
                    "begin; lock table thing; copy thing from stdin (format binary); commit",
                    copying: [Self.row],
                    leavingToServer: true
                )
            }
            #expect(try await eventually { try await waits(watcher, "wait_event_type = 'Lock'") })
            script.cancel()
            let error = try await postgresError { _ = try await script.value }
            #expect(error?.code == .cancelled)
            #expect(try await waits(watcher, "wait_event_type = 'Lock'") == false)
            #expect(connection.isHealthy)
            try await connection.script("rollback")
            await holder.close()
            #expect(try await rows(watcher) == 0)
        }
    }

    /// A row of one number, to be copied.
    private static var row: [UInt8] {
        var writer = BinaryCopyWriter()
        writer.startRow(fields: 1)
        writer.write(Int64(1))
        return writer.finish()
    }

    private func rows(_ connection: PostgresConnection) async throws -> Int {
        try await connection.query("select count(*) from thing")[0].decode(Int.self)
    }

    /// Whether another connection to the database waits for what a condition says.
    private func waits(_ connection: PostgresConnection, _ condition: String) async throws -> Bool {
        try await connection.query(
            """
            select exists (
                select from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid() and \(unescaped: condition)
            )
            """
        )[0].decode(Bool.self)
    }

    @Test func aTaskCancelledBeforeItAsksIsRefused() async throws {
        try await withConnection { connection in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try await connection.query("select 1")
            }
            let error = try await postgresError { try await task.value }
            #expect(error?.code == .cancelled)
        }
    }

    @Test func aCommandThatWaitsForItsTurnCanBeCancelledOrTimeOut() async throws {
        try await withTwoConnections { connection, watcher in
            let first = Task { try await connection.query("select pg_sleep(30)") }
            #expect(try await eventually { try await sleepers(watcher) == 1 })
            let late = try await postgresError {
                _ = try await connection.query("select 1", deadline: .milliseconds(50))
            }
            #expect(late?.code == .deadlineExceeded)
            let second = Task { try await connection.query("select 2") }
            second.cancel()
            #expect(try await postgresError { _ = try await second.value }?.code == .cancelled)
            #expect(try await sleepers(watcher) == 1, "the one under way is left alone")
            first.cancel()
            _ = try? await first.value
            #expect(try await connection.query("select 3")[0].decode(Int.self) == 3)
        }
    }

    /// Around the moment at which the command goes from looking at the socket to waiting for it, above all.
    @Test func aCancellationIsHeardWheneverItComes() async throws {
        try await withConnection { connection in
            var random = SeededRandom(seed: 12)
            for _ in 0..<200 {
                let pause = Int.random(in: 0..<3000, using: &random)
                let task = Task { try await connection.query("select pg_sleep(60)") }
                try? await Task.sleep(for: .microseconds(pause))
                let start = ContinuousClock.now
                task.cancel()
                let error = try await postgresError { _ = try await task.value }
                #expect(error?.code == .cancelled)
                #expect(ContinuousClock.now - start < .seconds(20))
            }
        }
    }

    /// The cancel request goes another way than the query; it must never hit the next one.
    @Test func aCancelRequestNeverHitsTheNextStatement() async throws {
        try await withConnection { connection in
            var random = SeededRandom(seed: 11)
            for _ in 0..<150 {
                let pause = Int.random(in: 0..<3000, using: &random)
                let task = Task { try await connection.query("select pg_sleep(0.002)") }
                try? await Task.sleep(for: .microseconds(pause))
                task.cancel()
                if let error = try await postgresError({ _ = try await task.value }) {
                    #expect(error.code == .cancelled)
                }
                #expect(try await connection.query("select 1")[0].decode(Int.self) == 1)
            }
        }
    }

    @Test func aScriptStoppedWhileItCopiesStoresNothing() async throws {
        try await withTwoConnections { connection, watcher in
            try await connection.execute("create table thing(a bigint)")
            let task = Task {
                try await connection.copyIn("copy thing from stdin (format binary)") {
                    try await Task.sleep(for: .seconds(30))
                    return []
                }
            }
            #expect(
                try await eventually {
                    try await !watcher.query("select 1 from pg_stat_progress_copy where relid = 'thing'::regclass")
                        .isEmpty
                }
            )
            task.cancel()
            await #expect(throws: (any Error).self) { _ = try await task.value }
            #expect(try await connection.query("select count(*) from thing")[0].decode(Int.self) == 0)
        }
    }

    @Test func closingEndsWhatIsUnderWay() async throws {
        try await withTwoConnections { connection, watcher in
            let task = Task { try await connection.query("select pg_sleep(30)") }
            #expect(try await eventually { try await sleepers(watcher) == 1 })
            await connection.close()
            let ended = try await postgresError { _ = try await task.value }
            #expect(ended?.code == .closed)
            #expect(!connection.isHealthy)
            let refused = try await postgresError { _ = try await connection.query("select 1") }
            #expect(refused?.code == .closed)
        }
    }
}
