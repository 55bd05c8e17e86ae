import MerkleLog
import Testing
import Time

@testable import EventStore

/// What is forgotten, and when: a version that a batch rests on never is.
struct RecentCacheTests {
    @Test func anEntryLivesUntilAsManyOthersWereWrittenAfterIt() {
        var cache = Self.full
        for key in ["e", "f", "g"] { cache[key] = 1 }
        #expect(cache["a"] == 3)
        cache["h"] = 1
        #expect(cache["a"] == nil)
        #expect(cache["e"] == 1)
    }

    @Test func whatIsKeptLivesAsIfItWereWrittenThen() {
        var cache = Self.full
        for key in ["a", "b", "c", "d", "unknown"] { cache.keep(key) }
        for key in ["e", "f", "g", "h"] { cache[key] = 1 }
        let versions = ["a", "b", "c", "d", "unknown"].map { cache[$0] }
        #expect(versions == [3, 3, 3, 3, nil])
    }

    @Test func aBatchDoesNotForgetAStreamThatItHadNoNeedToLookUp() async throws {
        var tail = Self.tail
        tail.nextVersions = Self.full
        // Another one, and the older generation goes.
        for key in ["x", "y", "z"] { tail.nextVersions[key] = 1 }
        var request = AppendRequest.one("e")
        request.conditions = [.stream("a", at: .none)]
        let waiting = try await PendingAppend.waiting(request)

        #expect(LookupNeeds([waiting.0], tail: tail).streams == ["e"])
        var lookups = Lookups()
        lookups.nextVersions = ["e": 0]
        let plan = try Self.planner.plan([waiting.0], lookups: lookups, on: &tail, now: .now())
        let outcome = plan.answered.first?.outcome
        #expect {
            try outcome?.get()
        } throws: { ($0 as? AppendError)?.code == .versionConflict(stream: "a", current: 2) }
        await Self.settle(waiting)
    }

    @Test func aStreamThatNobodyLookedUpIsNotTakenForANewOne() async throws {
        var tail = Self.tail
        let waiting = try await PendingAppend.waiting(.one("a"))
        #expect(throws: UnknownStream.self) {
            try Self.planner.plan([waiting.0], lookups: Lookups(), on: &tail, now: .now())
        }
        await Self.settle(waiting)
    }

    /// Four entries, which are the older generation.
    private static var full: RecentCache<String, Int64> {
        var cache = RecentCache<String, Int64>(capacity: 4)
        for key in ["a", "b", "c", "d"] { cache[key] = 3 }
        return cache
    }

    private static let planner = BatchPlanner.unsigned

    private static var tail: LogTail {
        LogTail(size: 0, range: CompactRange(), recordedAt: Timestamp(microseconds: 0), retiredKeys: [])
    }

    private static func settle(_ waiting: (PendingAppend, Task<Receipt, any Error>)) async {
        waiting.0.finish(.failure(AppendError(.shuttingDown, "")))
        _ = await waiting.1.result
    }
}
