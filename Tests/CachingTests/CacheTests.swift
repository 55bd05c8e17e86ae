import Synchronization
import TestSupport
import Testing
import Time

@testable import Caching

struct CacheTests {
    private let tag = CacheTag("things")

    private func key(_ text: String, _ namespace: CacheNamespace = .things) throws -> CacheKey {
        try #require(CacheKey(namespace, text))
    }

    private func load(
        _ cache: Cache,
        _ key: CacheKey,
        _ text: String? = "value",
        size: Int64? = nil,
        counter: Counter = Counter()
    ) async throws -> CachedAnswer {
        try await cache.value(key, tags: [tag]) { _ in
            counter.add()
            return LoadedValue(text.map { Array($0.utf8) }, size: size ?? cache.horizon.size)
        }
    }

    @Test func aValueIsAnsweredFromTheCacheUntilAnEventTouchesIt() async throws {
        let cache = Cache.testing()
        let counter = Counter()
        let key = try key("a")
        #expect(try await load(cache, key, counter: counter).source == .loaded)
        cache.event([CacheTag("others")])
        let again = try await load(cache, key, "newer", counter: counter)
        #expect(again.source == .local && again.text == "value" && again.value.size == 10 && again.holdsAt == 11)
        cache.event([tag])
        let newer = try await load(cache, key, "newer", counter: counter)
        #expect(newer.source == .loaded && newer.text == "newer")
        #expect(counter.count == 2)
        #expect(cache.figures("things").misses[.invalidated] == 1)
    }

    @Test func aThousandAtOnceLoadOnce() async throws {
        let cache = Cache.testing()
        let counter = Counter()
        let key = try key("a")
        let gate = Gate()
        await withTaskGroup(of: String?.self) { group in
            for _ in 0..<1_000 {
                group.addTask {
                    try? await cache.value(key, tags: [tag]) { _ in
                        counter.add()
                        await gate.wait()
                        return LoadedValue(Array("value".utf8), size: 10)
                    }.text
                }
            }
            while cache.figures("things").joined < 999 { await Task.yield() }
            gate.open()
            for await text in group { #expect(text == "value") }
        }
        #expect(counter.count == 1)
    }

    @Test func whoGivesUpTakesTheLoadFromNobody() async throws {
        let cache = Cache.testing()
        let key = try key("a")
        let gate = Gate()
        let counter = Counter()
        let load: @Sendable (Int64) async throws -> LoadedValue = { _ in
            counter.add()
            await gate.wait()
            try Task.checkCancellation()
            return LoadedValue([1], size: 10)
        }
        let first = Task { try await cache.value(key, tags: [], load: load) }
        while counter.count == 0 { await Task.yield() }
        let second = Task { try await cache.value(key, tags: [], load: load) }
        while cache.figures("things").joined == 0 { await Task.yield() }
        first.cancel()
        gate.open()
        #expect(try await second.value.value.bytes == [1])
        #expect(counter.count == 1)
    }

    @Test func aLoadThatBeganBeforeAChangeDoesNotAnswerWhoCameAfterIt() async throws {
        let cache = Cache.testing()
        let key = try key("a")
        let gate = Gate()
        let old = Task {
            try await cache.value(key, tags: [tag]) { _ in
                await gate.wait()
                return LoadedValue(Array("old".utf8), size: 10)
            }
        }
        while cache.flights.last == 0 { await Task.yield() }
        cache.event([tag])
        cache.horizon.saw(11)
        let new = Task { try await load(cache, key, "new", size: 11) }
        while cache.figures("things").joined == 0 { await Task.yield() }
        gate.open()
        #expect(try await old.value.text == "old")
        #expect(try await new.value.text == "new")
        #expect(try await load(cache, key, "newest").text == "new")
    }

    @Test func nothingOlderThanAnAnswerBeforeComesFromTheCache() async throws {
        let cache = Cache.testing { $0.patience = .milliseconds(5) }
        let key = try key("a")
        _ = try await load(cache, key)
        // A client was told of eleven events, of which this replica has followed ten.
        cache.horizon.saw(11)
        let answer = try await load(cache, key, "direct", size: 11)
        #expect(answer.source == .loaded && answer.text == "direct")
        #expect(cache.figures("things").misses[.behind] == 1)
        #expect(cache.value(key) == nil)
        cache.event([CacheTag("others")])
        #expect(try await load(cache, key).text == "value")
    }

    @Test func pastTheCacheALoadIsToldWhatWasToldAndRunsOnceForAll() async throws {
        let cache = Cache.testing { $0.patience = .milliseconds(5) }
        let key = try key("a")
        cache.horizon.saw(15)
        let counter = Counter()
        let gate = Gate()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    let answer = try? await cache.value(key, tags: [tag]) { atLeast in
                        #expect(atLeast == 15)
                        counter.add()
                        await gate.wait()
                        return LoadedValue([1], size: 15)
                    }
                    #expect(answer?.holdsAt == 15)
                }
            }
            while cache.figures("things").misses[.behind] ?? 0 < 50 { await Task.yield() }
            while counter.count == 0 { await Task.yield() }
            gate.open()
        }
        // Who was late to join loads once more; nobody loads alone.
        #expect(counter.count < 10)
    }

    @Test func whatIsTouchedDuringALoadDoesNotTakeItsAnswerBack() async throws {
        let cache = Cache.testing(at: 10)
        let key = try key("a")
        cache.event([CacheTag("others")])
        cache.horizon.saw(11)
        // Made from ten events; the eleventh, which was told of, does not touch it, and the twelfth comes too late.
        let answer = try await cache.value(key, tags: [tag]) { _ in
            cache.event([tag])
            return LoadedValue([1], size: 10)
        }
        #expect(answer.holdsAt == 11)
        #expect(cache.value(key) == nil)
    }

    @Test func whatWasBegunBeforeTheLogWasAnotherIsNotKept() async throws {
        let cache = Cache.testing(at: 10)
        let key = try key("a")
        let answer = try await cache.value(key, tags: [tag]) { _ in
            cache.horizon.beginAgain(at: 5)
            // Made from more events of the lost log than were followed.
            return LoadedValue([1], size: 40)
        }
        #expect(answer.value.bytes == [1])
        cache.horizon.advance(to: 50)
        #expect(cache.value(key) == nil)
    }

    @Test func whatTheClockEndsIsOverAtThatMomentHoweverLongTheLoadTook() async throws {
        let clock = StandingClock()
        let cache = Cache.testing { $0.clock = clock.whole }
        let key = try key("a")
        let end = Timestamp(microseconds: clock.now / 1_000 + 10_000_000)
        let load: Cache.Load = { _ in
            clock.advance(.seconds(4))
            return LoadedValue([1], size: 10, until: end)
        }
        _ = try await cache.value(key, tags: [], load: load)
        clock.advance(.seconds(5))
        #expect(cache.value(key) != nil)
        clock.advance(.seconds(1))
        #expect(cache.value(key) == nil)
        // One that is over when it arrives is not kept at all.
        _ = try await cache.value(key, tags: [], load: load)
        #expect(cache.value(key) == nil)
    }

    @Test func whatSweepsThroughEverythingForgetsWhatWasAskedFor() async throws {
        let cache = Cache.testing()
        let key = try key("json all /institution/students?name=Ada")
        _ = try await load(cache, key)
        for _ in 0..<100 { _ = cache.value(key) }
        let entry = try #require(cache.topKeys.first(1).first)
        #expect(entry.key == key.text)
        #expect(entry.code.hasPrefix("/institution/students#") && !entry.code.contains("Ada"))
        cache.forget()
        #expect(cache.topKeys.first(1).isEmpty && cache.value(key) == nil)
    }

    @Test func aLoadedValueThatIsBehindIsNotKept() async throws {
        let cache = Cache.testing()
        let key = try key("a")
        cache.event([tag])
        let counter = Counter()
        #expect(try await load(cache, key, "behind", size: 10, counter: counter).holdsAt == 10)
        _ = try await load(cache, key, "current", size: 11, counter: counter)
        #expect(try await load(cache, key, counter: counter).text == "current")
        #expect(counter.count == 2)
    }

    @Test func valuesEndWithTheirTimeWhichDiffersFromOneToTheNext() async throws {
        let clock = StandingClock()
        let randoms = Atomic<Int>(0)
        let cache = Cache.testing { settings in
            settings.clock = clock.clock
            settings.random = { randoms.add(1, ordering: .relaxed).newValue % 2 == 0 ? 1 : 0.000_1 }
        }
        let (long, short) = (try key("long"), try key("short"))
        _ = try await load(cache, long)
        _ = try await load(cache, short)
        clock.advance(.seconds(89))
        #expect(cache.value(long) != nil && cache.value(short) != nil)
        clock.advance(.seconds(10))
        #expect((cache.value(long) == nil) != (cache.value(short) == nil))
        clock.advance(.seconds(1))
        #expect(cache.value(long) == nil && cache.value(short) == nil)
        #expect(cache.figures("things").misses[.expired] == 2)
    }

    @Test func thatThereIsNothingIsRememberedForItsOwnTime() async throws {
        let clock = StandingClock()
        let cache = Cache.testing { $0.clock = clock.clock }
        let key = try key("a")
        let counter = Counter()
        #expect(try await load(cache, key, nil, counter: counter).value.bytes == nil)
        #expect(try await load(cache, key, nil, counter: counter).value.bytes == nil)
        #expect(counter.count == 1 && cache.figures("things").negativeHits == 1)
        clock.advance(.seconds(11))
        #expect(try await load(cache, key, "there", counter: counter).text == "there")
        // An event ends it at once.
        let other = try self.key("b")
        _ = try await load(cache, other, nil)
        cache.event([tag])
        #expect(try await load(cache, other, "there").text == "there")
    }

    @Test func onlyWhereDeclaredAValuePastItsTimeIsAnsweredWhileItIsReadAnew() async throws {
        let clock = StandingClock()
        let cache = Cache.testing { $0.clock = clock.clock }
        let (lenient, strict) = (try key("a", .lenient), try key("a"))
        _ = try await load(cache, lenient, "old")
        _ = try await load(cache, strict, "old")
        clock.advance(.seconds(110))
        #expect(try await load(cache, strict, "new").text == "new")
        #expect(try await load(cache, lenient, "new").text == "old")
        while cache.figures("lenient").loads < 2 { await Task.yield() }
        while cache.value(lenient)?.text != "new" { await Task.yield() }
        // What does not hold is never answered with.
        clock.advance(.seconds(110))
        cache.event([tag])
        #expect(try await load(cache, lenient, "newest").text == "newest")
    }

    @Test func aValueIsReadAnewBeforeItsTimeIsOver() async throws {
        let clock = StandingClock()
        let random = Atomic<Int>(500)
        let cache = Cache.testing { settings in
            settings.clock = clock.clock
            settings.random = { Double(random.load(ordering: .relaxed)) / 1_000 }
        }
        let key = try key("a")
        let counter = Counter()
        let slow: @Sendable (Int64) async throws -> LoadedValue = { _ in
            clock.advance(.seconds(4))
            return LoadedValue([UInt8(counter.add())], size: 10)
        }
        _ = try await cache.value(key, tags: [], load: slow)
        clock.advance(.seconds(85))
        // Ten seconds are left: -ln(0.5) × 4 s is less than that.
        #expect(try await cache.value(key, tags: [], load: slow).value.bytes == [1])
        #expect(cache.figures("things").refreshes == 0)
        // -ln(0.05) × 4 s is more. Who asked is answered at once.
        random.store(50, ordering: .relaxed)
        #expect(try await cache.value(key, tags: [], load: slow).value.bytes == [1])
        #expect(cache.figures("things").refreshes == 1)
        while cache.value(key)?.value.bytes != [2] { await Task.yield() }
    }

    @Test func aValueThatIsTooLargeIsAnsweredButNotKept() async throws {
        let cache = Cache.testing()
        let key = try key("a", .tight)
        let long = String(repeating: "x", count: 101)
        #expect(try await load(cache, key, long).text == long)
        #expect(cache.value(key) == nil && cache.figures("tight").tooLarge == 1)
    }

    @Test func aFailureIsTheCallersAndIsTriedAgain() async throws {
        struct Failure: Error {}
        let cache = Cache.testing()
        let key = try key("a")
        await #expect(throws: Failure.self) { try await cache.value(key, tags: []) { _ in throw Failure() } }
        #expect(try await load(cache, key).text == "value")
        #expect(cache.figures("things").failures == 1)
    }

    @Test func aCacheThatIsOffLoadsEachTime() async throws {
        let cache = Cache.testing { $0.capacity = 0 }
        let key = try key("a")
        let counter = Counter()
        for _ in 0..<3 { _ = try await load(cache, key, counter: counter) }
        #expect(counter.count == 3)
    }

    @Test func theKeysAskedForMostAreKnown() async throws {
        let cache = Cache.testing()
        let (often, seldom) = (try key("often"), try key("seldom"))
        _ = try await load(cache, often)
        _ = try await load(cache, seldom)
        for round in 0..<2_000 { _ = cache.value(round % 13 == 0 ? seldom : often) }
        let top = cache.topKeys.first(2)
        #expect(top.first?.key == "often")
        #expect(try #require(top.first).count > 1_000)
        #expect(throws: CacheError.self) { try cache.namespace("nothing") }
    }
}

/// Holds back until it is opened.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
