import EventStore
import Events
import Postgres
import TestSupport
import Testing

@testable import Monitoring

/// The verification that goes on all the while.
@Suite struct VerificationPassTests {
    private func append(_ count: Int, to log: LogFixture) async throws {
        for index in 0..<count {
            let event = Identity.UserRegistered(userID: "user-\(index)", kind: .person, name: "Somebody")
            _ = try await log.store.append(
                AppendRequest(streams: [StreamAppend(stream: "s-\(index)", events: [NewEvent(event)])], actor: "test")
            )
        }
    }

    @Test func aPassOverASoundLogFindsNothingAndSaysHowOldItIs() async throws {
        try await LogFixture.withLog { log in
            try await append(60, to: log)
            let pass = VerificationPass(store: log.store, pool: log.pool, pace: 1_000_000, stretch: 16)
            #expect(pass.current.completed == nil)
            try await pass.pass()
            let state = pass.current
            #expect(state.findings == 0)
            #expect(state.completed?.size == 61)
            #expect(state.verified == 61)
        }
    }

    @Test(.timeLimit(.minutes(3))) func aHeadThatClaimsMoreThanThereIsDoesNotKeepAPassFromItsEnd() async throws {
        try await LogFixture.withLog { log in
            try await append(60, to: log)
            try await Psql.run(
                "set session_replication_role = replica; update log.head set size = size + 1000000000000000",
                on: log.url
            )
            let pass = VerificationPass(store: log.store, pool: log.pool, pace: 1_000_000, stretch: 16)
            try await pass.pass()
            #expect(pass.current.completed != nil)
            #expect(pass.current.firstBadPosition == 61)
        }
    }

    @Test func whatIsFoundStaysFoundUntilAWholePassFindsNothing() async throws {
        try await LogFixture.withLog { log in
            try await append(60, to: log)
            try await Psql.run(
                """
                set session_replication_role = replica;
                update log.events set actor = 'somebody else' where position = 20;
                """,
                on: log.url
            )
            let pass = VerificationPass(store: log.store, pool: log.pool, pace: 1_000_000, stretch: 16)
            try await pass.pass()
            #expect(pass.current.findings > 0)
            #expect(pass.current.firstBadPosition == 20)
            try await Psql.run(
                """
                set session_replication_role = replica;
                update log.events set actor = 'test' where position = 20;
                """,
                on: log.url
            )
            #expect(pass.current.findings > 0)
            try await pass.pass()
            #expect(pass.current.findings == 0)
            #expect(pass.current.firstBadPosition == nil)
        }
    }

    @Test func itKeepsItsPace() async throws {
        try await LogFixture.withLog { log in
            try await append(59, to: log)
            let pass = VerificationPass(store: log.store, pool: log.pool, pace: 100, stretch: 10)
            let start = ContinuousClock.now
            try await pass.pass()
            // Sixty events at a hundred a second; the last stretch is not waited for.
            #expect(ContinuousClock.now - start >= .milliseconds(450))
        }
    }
}
