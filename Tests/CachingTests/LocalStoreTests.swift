import Foundation
import Synchronization
import Testing

@testable import Caching

struct LocalStoreTests {
    private func value(_ bytes: Int) -> CachedValue {
        CachedValue(bytes: [UInt8](repeating: 1, count: bytes), size: 1, places: [1, 2, 3], expiresAt: .max, cost: 1)
    }

    private func key(_ number: Int) -> CacheKey {
        guard let key = CacheKey(.things, "key-\(number)") else { fatalError("That is a key.") }
        return key
    }

    @Test func theBoundInBytesHoldsWhateverTheSizes() {
        var generator = SplitMix(seed: 7)
        let store = LocalStore(capacity: 400_000, shards: 2)
        var most = 0
        for round in 0..<20_000 {
            let number = Int(generator.next() % 3_000)
            if round % 3 == 0 { _ = store.value(key(number)) }
            store.put(key(number), value(Int(generator.next() % 20_000)))
            if round % 50 == 0 { most = max(most, store.figures.bytes) }
        }
        #expect(most <= 400_000)
        #expect(most > 250_000)
        #expect(store.figures.evictions > 0 && store.figures.refusals > 0)
        store.removeAll()
        #expect(store.figures.entries == 0)
    }

    @Test func aValueThatWouldDisplaceAGoodPartOfTheRestIsRefused() {
        let store = LocalStore(capacity: 400_000, shards: 1)
        store.put(key(1), value(150_000))
        #expect(store.value(key(1)) == nil)
        #expect(store.figures.refusals == 1)
    }

    @Test func whatIsAskedForOftenSurvivesAFloodOfWhatIsNot() {
        let store = LocalStore(capacity: 400_000, shards: 1)
        for number in 0..<100 { store.put(key(number), value(500)) }
        for _ in 0..<5 { for number in 0..<100 { _ = store.value(key(number)) } }
        for number in 1_000..<50_000 {
            if store.value(key(number)) == nil { store.put(key(number), value(500)) }
        }
        let left = (0..<100).count { store.value(key($0)) != nil }
        #expect(left >= 95)
    }

    @Test func hitsOfZipfComeNearToWhatPerfectKnowledgeOfFrequencyGives() {
        let count = 20_000
        let zipf = Zipf(count: count, exponent: 0.99)
        var generator = SplitMix(seed: 11)
        let weight = 10 + value(8).weight + LocalShard.overhead
        // A tenth of the keys.
        let store = LocalStore(capacity: weight * count / 10, shards: 1)
        var hits = 0
        let rounds = 400_000
        for _ in 0..<rounds {
            let key = key(zipf.draw(&generator))
            if store.value(key) != nil { hits += 1 } else { store.put(key, value(8)) }
        }
        let rate = Double(hits) / Double(rounds)
        let best = zipf.mass(ofFirst: count / 10)
        #expect(rate > best - 0.05, "\(rate) of \(best)")
    }

    @Test func aClearingKeepsOutWhatWasOnItsWayIn() throws {
        let store = LocalStore(capacity: 400_000)
        store.put(key(1), value(10))
        store.put(key(20), value(10))
        store.clear("things", try #require(KeyPattern("key-1*")), at: 5)
        let isLookedAt = store.hasClearings.load(ordering: .relaxed)
        #expect(isLookedAt)
        #expect(store.value(key(1)) == nil && store.value(key(20)) != nil)
        store.put(key(1), value(10))
        #expect(store.value(key(1)) == nil)
        store.put(key(1), CachedValue(bytes: [1], size: 5, places: [], expiresAt: .max, cost: 1))
        #expect(store.value(key(1)) != nil)
    }

    @Test func aClearingThatIsOverCostsNobodyALook() throws {
        let store = LocalStore(capacity: 400_000)
        store.clear("things", try #require(KeyPattern("key-1*")), at: 5, for: .zero)
        store.put(key(1), value(10))
        let isLookedAt = store.hasClearings.load(ordering: .relaxed)
        #expect(store.value(key(1)) != nil && !isLookedAt)
    }
}

/// Numbers that are random and the same each time.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Keys asked for by Zipf's law.
struct Zipf {
    private var cumulative: [Double] = []

    init(count: Int, exponent: Double) {
        var sum = 0.0
        for rank in 1...count {
            sum += 1 / pow(Double(rank), exponent)
            cumulative.append(sum)
        }
    }

    func mass(ofFirst count: Int) -> Double { cumulative[count - 1] / cumulative[cumulative.count - 1] }

    func draw(_ generator: inout SplitMix) -> Int {
        let point = Double.random(in: 0..<cumulative[cumulative.count - 1], using: &generator)
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] <= point { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
