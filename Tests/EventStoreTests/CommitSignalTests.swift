import Synchronization
import TestSupport
import Testing

@testable import EventStore

/// Hints wake those who wait, and never keep them busy.
struct CommitSignalTests {
    @Test func aHintGivenSinceTheMarkIsNotSleptThrough() async {
        let signal = CommitSignal()
        let mark = signal.mark
        signal.send(7)
        #expect(await elapsed { await signal.wait(since: mark, timeout: .seconds(60)) } < .seconds(30))
    }

    @Test func aHintWakesThoseWhoWait() async {
        let signal = CommitSignal()
        let mark = signal.mark
        async let waited = elapsed { await signal.wait(since: mark, timeout: .seconds(60)) }
        try? await Task.sleep(for: .milliseconds(20))
        signal.send(1)
        #expect(await waited < .seconds(30))
    }

    @Test func withoutAHintTheTimeoutEndsTheWait() async {
        let signal = CommitSignal()
        signal.send(7)
        let mark = signal.mark
        // The same again is no news: a commit is told by the appender and once more by the notification.
        signal.send(7)
        #expect(await elapsed { await signal.wait(since: mark, timeout: .milliseconds(50)) } >= .milliseconds(50))
    }

    @Test func cancellationEndsTheWait() async {
        let signal = CommitSignal()
        let waiting = Task { await elapsed { await signal.wait(since: signal.mark, timeout: .seconds(60)) } }
        waiting.cancel()
        #expect(await waiting.value < .seconds(30))
    }

    @Test func aLogThatIsShorterThanWasHeardIsStillHinted() async {
        // As after a failover to a standby that had not received the last commits.
        let signal = CommitSignal()
        signal.send(1_000)
        let mark = signal.mark
        signal.send(990)
        #expect(await elapsed { await signal.wait(since: mark, timeout: .seconds(60)) } < .seconds(30))
    }

    @Test func aFalseHintDoesNotKeepAFollowerBusy() async throws {
        try await LogFixture.withLog { log in
            let size = try await log.store.head().size
            log.store.committed.send(.max)
            let asked = Count()
            let follower = Task {
                let counting = LogFollower(
                    reader: log.store.reader,
                    head: {
                        asked.increment()
                        return try await log.store.head()
                    },
                    signal: log.store.committed,
                    from: size,
                    types: nil,
                    batch: 10,
                    poll: .milliseconds(50),
                    logger: LogFixture.quiet
                )
                for try await _ in counting { return }
            }
            try await Task.sleep(for: .milliseconds(500))
            follower.cancel()
            try await follower.value
            #expect(asked.value <= 15, "it looks when hinted and at each poll, and not again and again")
        }
    }

    private func elapsed(_ body: () async -> Void) async -> Duration {
        await ContinuousClock().measure(body)
    }
}

private final class Count: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func increment() { count.withLock { $0 += 1 } }
}
