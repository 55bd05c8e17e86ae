import EventStore
import Postgres
import TestSupport
import Testing

/// A program that falls silent does not keep the log from everybody else.
struct SilentWriterTests {
    @Test func whoeverFallsSilentWithTheHeadLosesIt() async throws {
        try await LogFixture.withLog { log in
            let silent = try await PostgresConnection.connect(
                PostgresConfiguration(url: log.url),
                logger: LogFixture.quiet
            )
            try await silent.becomeWriter(silence: .milliseconds(300))
            try await silent.script("begin; select size from log.head for update")
            let receipt = try await log.store.append(.one("user-a"))
            #expect(receipt.events.map(\.position) == [1])
            await #expect(throws: PostgresError.self) { try await silent.script("commit") }
            await silent.close()
        }
    }

    @Test func whoeverIsStoppedInTheMiddleOfABatchLosesTheHead() async throws {
        var limits = LogFixture.patient
        limits.holderSilence = .milliseconds(200)
        try await LogFixture.withLog(limits: limits) { log in
            let stopped = try await PostgresConnection.connect(
                PostgresConfiguration(url: log.url),
                logger: LogFixture.quiet
            )
            try await stopped.becomeWriter()
            try await stopped.script("begin; select log.claim(1, edge) from log.head")
            let batch = Task {
                try await stopped.copyIn("COPY log.events (position) FROM STDIN (FORMAT binary)") {
                    // As long as it takes: nothing else would wake the server.
                    try await Task.sleep(for: .seconds(600))
                    return nil
                }
            }
            let receipt = try await log.store.append(.one("user-a"))
            #expect(receipt.events.map(\.position) == [1])
            batch.cancel()
            await #expect(throws: (any Error).self) { try await batch.value }
            await stopped.close()
        }
    }

    @Test func whoeverIsOnlySlowKeepsIt() async throws {
        var limits = LogFixture.patient
        limits.holderSilence = .milliseconds(100)
        try await LogFixture.withLog(limits: limits) { log in
            let slow = try await PostgresConnection.connect(
                PostgresConfiguration(url: log.url),
                logger: LogFixture.quiet
            )
            try await slow.becomeWriter()
            async let waiting = log.store.append(.one("user-a"))
            // At work all the time, for several looks.
            try await slow.script("begin; select log.claim(1, edge) from log.head; select pg_sleep(1); rollback")
            #expect(try await waiting.events.map(\.position) == [1])
            await slow.close()
        }
    }
}
