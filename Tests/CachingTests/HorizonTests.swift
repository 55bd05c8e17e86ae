import Testing

@testable import Caching

struct HorizonTests {
    private let north = CacheTag("branch/north").place
    private let south = CacheTag("branch/south").place

    private func horizon(at size: Int64) -> InvalidationHorizon {
        let horizon = InvalidationHorizon()
        horizon.begin(at: size)
        return horizon
    }

    @Test func aValueHoldsUntilSomethingThatItDependsOnIsTouchedPastIt() {
        let horizon = horizon(at: 10)
        #expect(horizon.holds(10, [north]))
        horizon.touch([CacheTag("branch/south")], at: 10)
        horizon.advance(to: 11)
        #expect(horizon.holds(10, [north]))
        #expect(!horizon.holds(10, [south]) && !horizon.holds(10, [north, south]))
        // Made from eleven events, the one at position 10 among them.
        #expect(horizon.holds(11, [south]))
    }

    @Test func nothingFromBeforeTheStartHolds() {
        #expect(!InvalidationHorizon().holds(100, []))
        let horizon = horizon(at: 10)
        #expect(!horizon.holds(9, []) && !horizon.holds(9, [north]))
    }

    @Test func whatTouchesEverythingTouchesWhatHasNoTags() {
        let horizon = horizon(at: 10)
        horizon.touch(nil, at: 10)
        horizon.advance(to: 11)
        #expect(!horizon.holds(10, []) && horizon.holds(11, []))
    }

    @Test func afterAnotherLogNothingOfTheFormerHolds() {
        let horizon = horizon(at: 10)
        horizon.advance(to: 20)
        horizon.saw(25)
        horizon.beginAgain(at: 15)
        #expect(horizon.size == 15 && horizon.seen == 0)
        for size in Int64(0)...25 { #expect(!horizon.holds(size, [north])) }
        #expect(horizon.holds(26, [north]))
    }

    @Test func atTheWordOfAnotherLogNothingHoldsAnyMore() {
        let horizon = horizon(at: 10)
        horizon.advance(to: 20)
        let epoch = horizon.epoch
        horizon.suspend()
        #expect(horizon.epoch != epoch)
        for size in Int64(0)...20 { #expect(!horizon.holds(size, [])) }
        // Before it has begun to follow, a failure does not let anything hold.
        let new = InvalidationHorizon()
        new.suspend()
        for size in Int64(0)...20 { #expect(!new.holds(size, [])) }
    }

    @Test func aLoadIsNeverAskedForMoreThanWasFollowed() {
        let horizon = horizon(at: 10)
        #expect(horizon.lastTouch([north], upTo: 10) == 10)
        horizon.beginAgain(at: 5)
        #expect(horizon.lastTouch([north], upTo: 5) == 5)
        #expect(InvalidationHorizon().lastTouch([north], upTo: 0) == 0)
    }

    @Test func whatWasToldOfALogThatIsNoMoreIsForgotten() {
        let horizon = horizon(at: 10)
        horizon.saw(25)
        horizon.unsee(beyond: 30, known: 25)
        #expect(horizon.seen == 25)
        horizon.unsee(beyond: 12, known: 24)
        #expect(horizon.seen == 25)
        horizon.unsee(beyond: 12, known: 25)
        #expect(horizon.seen == 12)
    }

    @Test func whatWasSeenOnlyGrows() async {
        let horizon = horizon(at: 0)
        await withTaskGroup(of: Void.self) { group in
            for size in Int64(1)...100 { group.addTask { horizon.saw(size) } }
        }
        #expect(horizon.seen == 100)
        horizon.saw(50)
        #expect(horizon.seen == 100)
    }

    @Test func whoWaitsIsWokenOnceTheLogWasFollowedThatFar() async {
        let horizon = horizon(at: 10)
        async let reached = horizon.reach(12, within: .seconds(180))
        async let never = horizon.reach(100, within: .milliseconds(20))
        horizon.advance(to: 11)
        horizon.advance(to: 12)
        #expect(await reached)
        #expect(await !never)
        #expect(await horizon.reach(12, within: .zero))
        #expect(await !horizon.reach(13, within: .zero))
    }

    @Test func aTagsPlaceNeverChanges() {
        // What replicas of different releases share is judged by places.
        #expect(CacheTag("").place == 28_689)
        #expect(CacheTag("model/people").place == 28_130)
    }
}
