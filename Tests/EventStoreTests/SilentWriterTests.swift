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
}
