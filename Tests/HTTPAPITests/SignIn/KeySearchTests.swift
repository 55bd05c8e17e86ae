import Testing

@testable import HTTPAPI

/// When the source of the keys is asked for an unknown one.
@Suite struct KeySearchTests {
    private let start = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }
    private func name(_ number: Int) -> [UInt8] { [UInt8]("k\(number)".utf8) }

    @Test func madeUpNamesHaveTheSourceAskedAtThePaceHoweverManyTheyAre() {
        var search = KeySearch(pace: .seconds(5))
        var readings = 0
        // A hundred a second for a minute; each question is answered at once.
        for number in 0..<6_000 {
            let now = at(Double(number) / 100)
            switch search.next(for: name(number), since: now, now: now) {
            case .read:
                readings += 1
                search.begin(at: now)
                search.end()
            case .wait: search.stopWaiting()
            case .unknown, .dropped, .refuse: break
            }
        }
        #expect(readings == KeySearch.burst + 11)
    }

    @Test func oneQuestionAnswersForAllWhoWereThere() {
        var search = KeySearch(pace: .seconds(5))
        #expect(search.next(for: name(1), since: at(0), now: at(0)) == .read)
        search.begin(at: at(0.1))
        #expect(search.next(for: name(2), since: at(0), now: at(0.2)) == .read)
        search.end()
        #expect(search.next(for: name(1), since: at(0), now: at(1)) == .unknown)
        #expect(search.next(for: name(2), since: at(0), now: at(1)) == .unknown)
    }

    @Test func aQuestionThatWasAskedBeforeSettlesNothing() {
        var search = KeySearch(pace: .seconds(5))
        search.begin(at: at(0))
        #expect(search.next(for: name(1), since: at(1), now: at(1)) == .read)
        search.end()
        // What was read may be older than the key.
        #expect(search.next(for: name(1), since: at(1), now: at(2)) == .read)
    }

    @Test func whoComesTooEarlyWaitsForTheNextQuestion() {
        var search = KeySearch(pace: .seconds(4))
        for number in 0..<KeySearch.burst {
            #expect(search.next(for: name(number), since: at(0), now: at(0)) == .read)
        }
        #expect(search.next(for: name(9), since: at(1), now: at(1)) == .wait(until: at(4)))
        search.stopWaiting()
        #expect(search.next(for: name(9), since: at(1), now: at(4)) == .read)
    }

    @Test func onlySoManyWaitAndOnlySoLong() {
        var search = KeySearch(pace: .seconds(5))
        var long = KeySearch(pace: .seconds(6))
        for _ in 0..<KeySearch.burst {
            #expect(search.next(for: nil, since: at(0), now: at(0)) == .read)
            #expect(long.next(for: nil, since: at(0), now: at(0)) == .read)
        }
        #expect(long.next(for: name(1), since: at(0), now: at(0)) == .refuse)
        for number in 0..<KeySearch.maximumWaiting {
            #expect(search.next(for: name(number), since: at(1), now: at(1)) == .wait(until: at(5)))
        }
        #expect(search.next(for: name(0), since: at(1), now: at(1)) == .refuse)
        search.stopWaiting()
        #expect(search.next(for: name(0), since: at(1), now: at(1)) == .wait(until: at(5)))
    }

    @Test func aDroppedKeyIsSearchedForRarely() {
        var search = KeySearch(pace: .seconds(5))
        search.replace([name(1)], with: [name(2)], at: at(0))
        #expect(search.next(for: name(1), since: at(1), now: at(1)) == .dropped)
        #expect(search.next(for: name(1), since: at(30), now: at(30)) == .read)
        #expect(search.next(for: name(1), since: at(31), now: at(31)) == .dropped)
        // One that comes back is a key like any other.
        search.replace([name(2)], with: [name(1), name(2)], at: at(32))
        #expect(search.next(for: name(1), since: at(33), now: at(33)) == .read)
    }

    @Test func fewDroppedKeysAreRemembered() {
        var search = KeySearch(pace: .seconds(5))
        for number in 0..<1_000 { search.replace([name(number)], with: [name(number + 1)], at: at(0)) }
        let remembered = (0..<1_000).filter { number in
            var copy = search
            return copy.next(for: name(number), since: at(1), now: at(1)) == .dropped
        }
        #expect(!remembered.isEmpty)
        #expect(remembered.count <= KeySearch.maximumDropped)
    }
}
