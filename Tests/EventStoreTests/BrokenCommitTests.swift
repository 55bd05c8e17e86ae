import EventStore
import Events
import TestSupport
import Testing

/// The connection breaks exactly at a commit.
struct BrokenCommitTests {
    @Test func aCommitWhoseAnswerWasLostIsAcknowledgedOnce() async throws {
        try await withBreaker { log, breaker in
            breaker.arm(.afterCommit)
            let receipt = try await log.store.append(.one("user-a"))
            #expect(breaker.cuts == 1)
            #expect(receipt.events.map(\.position) == [1])
            #expect(!receipt.isReplay)
            let next = try await log.store.append(.one("user-b"))
            #expect(next.events.map(\.position) == [2])
        }
    }

    @Test func aCommitThatNeverArrivedIsMadeAgain() async throws {
        try await withBreaker { log, breaker in
            breaker.arm(.beforeCommit)
            let receipt = try await log.store.append(.one("user-a"))
            #expect(breaker.cuts == 1)
            #expect(receipt.events.map(\.position) == [1])
            #expect(!receipt.isReplay)
            let next = try await log.store.append(.one("user-b"))
            #expect(next.events.map(\.position) == [2])
        }
    }

    @Test(arguments: [CommitBreaker.Cut.beforeCommit, .afterCommit])
    func aCallerIsToldWhenTheOutcomeCannotBeHadAndMayRepeat(_ cut: CommitBreaker.Cut) async throws {
        var limits = AppendLimits()
        limits.patience = .seconds(1)
        try await withBreaker(limits) { log, breaker in
            breaker.arm(cut, staysDown: true)
            let request = FaultLoad.request("user-a", lane: 1)
            let start = ContinuousClock.now
            await #expect {
                try await log.store.append(request)
            } throws: { ($0 as? AppendError)?.code == .outcomeUnknown }
            #expect(ContinuousClock.now - start < .seconds(10))
            // Who comes now is told at least that nothing was recorded.
            await #expect {
                try await log.store.append(.one("user-b"))
            } throws: { ($0 as? AppendError)?.code == .unavailable }
            breaker.restore()
            let receipt = try await repeated(request, log.store)
            #expect(receipt.isReplay == (cut == .afterCommit))
            #expect(receipt.events.map(\.position) == [1])
            let size = try await log.store.head().size
            #expect(size == 2, "what was given up is not recorded later")
        }
    }

    @Test func manyBreaksUnderLoadLoseNothingAndDoubleNothing() async throws {
        try await withBreaker { log, breaker in
            let load = FaultLoad(lanes: 24)
            let running = Task { await load.run(on: log.store) }
            for round in 0..<12 {
                breaker.arm(round % 2 == 0 ? .afterCommit : .beforeCommit)
                while breaker.cuts <= round { try await Task.sleep(for: .milliseconds(2)) }
                let before = load.acknowledged.count
                while load.acknowledged.count < before + 20 { try await Task.sleep(for: .milliseconds(2)) }
            }
            running.cancel()
            await running.value
            #expect(load.failures == [:], "no caller notices")
            let problems = try await FaultLoad.problems(load.acknowledged, pool: log.pool, keys: log.keys)
            #expect(problems == [])
        }
    }

    /// What a client does: again and again until it is answered.
    private func repeated(_ request: AppendRequest, _ store: EventStore) async throws -> Receipt {
        while true {
            do {
                return try await store.append(request)
            } catch let error as AppendError where error.code == .unavailable || error.code == .outcomeUnknown {
                continue
            }
        }
    }

    private func withBreaker(
        _ limits: AppendLimits = LogFixture.patient,
        _ body: @Sendable (LogFixture, CommitBreaker) async throws -> Void
    ) async throws {
        try await PostgresFixture.withFreshDatabase(LogFixture.migrated) { url in
            try await CommitBreaker.between(url) { breaker in
                try await LogFixture.withLog(at: url) { opened in
                    try await LogFixture.withLog(at: breaker.url, keys: opened.keys, limits: limits) { log in
                        try await body(log, breaker)
                        let report = try await LogVerifier(pool: log.pool).verify(trustedKeys: log.keys.verifiers())
                        #expect(report.findings == [])
                    }
                }
            }
        }
    }
}
